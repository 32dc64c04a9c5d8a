import type { Average, Module, NamedParameter, Optimiser, StepBatch, TrainOptions, TrainResult } from '@twoshot/nn';
import type { StageContext } from '@twoshot/stage';
import { createOptimiser, type OptimiserParams } from './optimiser-params.js';
import { isExtendable, scheduleOf } from './schedule-params.js';
import type { TrainingParams } from './training-params.js';

/** What a stage that trains hands on of its context. */
export interface TrainingContext extends Pick<
  StageContext<never, never, never>,
  'checkpoints' | 'progress' | 'log' | 'warn' | 'signal'
> {
  readonly params: Omit<TrainingParams, 'steps' | 'average'>;
}

/** What learns in a training, and what goes with it. */
export interface Trained {
  /** By name; those of a factor learn at this share of the learning rate. */
  readonly groups: readonly { readonly parameters: readonly NamedParameter[]; readonly factor: number }[];
  /** All that is saved at the end, running statistics included. */
  readonly network: Pick<Module, 'parameters' | 'buffers'>;
  /** What changes without an optimiser and has no average: teachers, computed prototypes. */
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
  /** Decay of an average of the network's weights and statistics, which takes their place at the end; 0 for none. */
  readonly average: number;
  /** For adam, adamw and muon, where a method needs another one than usual. */
  readonly beta2?: number;
  /** What it is called where a stage has several. */
  readonly phase?: string;
}

/** Parameters that all learn at one learning rate. */
export function oneGroup(network: Pick<Module, 'parameters' | 'buffers'>): Pick<Trained, 'groups' | 'network'> {
  return { groups: [{ parameters: network.parameters.filter(({ trainable }) => trainable), factor: 1 }], network };
}

/** The optimiser that the params ask for, over groups with rates of their own. */
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

/** Runs the loop under the params of a stage, with its checkpoints, and tells the user how it goes. */
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
