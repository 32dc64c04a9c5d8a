import type { Average, Module, NamedParameter, Optimiser, StepBatch, TrainOptions, TrainResult } from '@twoshot/nn';
import type { StageContext } from '@twoshot/stage';
import { createOptimiser, type OptimiserParams } from './optimiser-params.js';
import { isExtendable, scheduleOf } from './schedule-params.js';
import type { TrainingParams } from './training-params.js';

/** The part of its context that a training stage passes on. */
export interface TrainingContext extends Pick<
  StageContext<never, never, never>,
  'checkpoints' | 'progress' | 'log' | 'warn' | 'signal'
> {
  readonly params: Omit<TrainingParams, 'steps' | 'average'>;
}

/** Trained parameters of a training, and its other state. */
export interface Trained {
  /** By name; a factor scales the learning rate of its parameters. */
  readonly groups: readonly { readonly parameters: readonly NamedParameter[]; readonly factor: number }[];
  /** All that is saved at the end, including running statistics. */
  readonly network: Pick<Module, 'parameters' | 'buffers'>;
  /** State without an optimiser or average: teachers, computed prototypes. */
  readonly frozen?: Pick<Module, 'parameters' | 'buffers'>;
}

export interface TrainingPart<B extends StepBatch>
  extends
    Trained,
    Pick<
      TrainOptions<B>,
      'batch' | 'loss' | 'monitors' | 'settings' | 'epoch' | 'memory' | 'beforeEpoch' | 'afterUpdate'
    > {
  readonly steps: number;
  /** Highest learning rate. */
  readonly learningRate: number;
  /** Decay of an average of the network's weights and statistics, which replaces them at the end; 0 for none. */
  readonly average: number;
  /** Epsilon of adam, adamw and muon, where a method needs an unusual one. */
  readonly beta2?: number;
  /** Its name where a stage has several trainings. */
  readonly phase?: string;
}

/** Parameters with the same learning rate. */
export function oneGroup(network: Pick<Module, 'parameters' | 'buffers'>): Pick<Trained, 'groups' | 'network'> {
  return { groups: [{ parameters: network.parameters.filter(({ trainable }) => trainable), factor: 1 }], network };
}

/** The optimiser of the params, over groups with their own learning rates. */
export async function optimiserOf(
  params: OptimiserParams,
  { groups, beta2 }: Pick<TrainingPart<StepBatch>, 'groups' | 'beta2'>,
): Promise<Optimiser> {
  const { withLearningRateGroups } = await import('@twoshot/nn');
  const create = await createOptimiser(params, beta2 === undefined ? {} : { beta2 });
  const learning = groups.filter(({ factor, parameters }) => factor > 0 && parameters.length > 0);
  const [only] = learning;
  return learning.length === 1 && only!.factor === 1
    ? create(only!.parameters)
    : withLearningRateGroups(learning, create);
}

/** Runs the training loop with the params of a stage and its checkpoints, and reports progress. */
export async function runTraining<B extends StepBatch>(
  { params, checkpoints, progress, log, warn, signal }: TrainingContext,
  { groups, network, frozen, learningRate: highest, average: decay, beta2, phase, ...part }: TrainingPart<B>,
): Promise<TrainResult> {
  const { averageOf, train } = await import('@twoshot/nn');
  const { steps, afterUpdate } = part;
  const all = [...network.parameters, ...network.buffers];
  const schedule = await scheduleOf(params, { steps, highest });
  const optimiser = await optimiserOf(params, { groups, ...(beta2 === undefined ? {} : { beta2 }) });
  const average: Average | null = decay > 0 ? averageOf(all) : null;
  try {
    const result = await train({
      ...part,
      ...schedule,
      optimiser,
      accumulate: params.accumulate,
      extendable: isExtendable(params),
      ...(params.clip === null ? {} : { clip: params.clip }),
      async afterUpdate(step, outputs) {
        average?.update(decay);
        await afterUpdate?.(step, outputs);
      },
      checkpoints: checkpoints(phase ?? 'training'),
      state: {
        network: all,
        average: average?.averages ?? [],
        frozen: frozen === undefined ? [] : [...frozen.parameters, ...frozen.buffers],
      },
      progress: (step) => progress(phase === undefined ? step : { ...step, phase }),
      log: (line) => log(phase === undefined ? line : `${phase} ${line}`),
      warn,
      signal,
    });
    average?.adopt();
    return result;
  } finally {
    average?.dispose();
    optimiser.dispose();
  }
}
