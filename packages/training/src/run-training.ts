import type { Average, Module, NamedParameter, StepBatch, TrainOptions, TrainResult } from '@twoshot/nn';
import type { StageContext } from '@twoshot/stage';
import { createOptimiser } from './optimiser-params.js';
import { isExtendable, scheduleOf } from './schedule-params.js';
import type { TrainingParams } from './training-params.js';

/** What a stage that trains hands on of its context. */
export interface TrainingContext extends Pick<
  StageContext<never, never, never>,
  'checkpoints' | 'progress' | 'log' | 'warn' | 'signal'
> {
  readonly params: Omit<TrainingParams, 'steps' | 'average'>;
}

export interface TrainingPart<B extends StepBatch> extends Pick<
  TrainOptions<B>,
  'batch' | 'loss' | 'monitors' | 'settings' | 'epoch'
> {
  readonly steps: number;
  /** What is trained. */
  readonly parameters: readonly NamedParameter[];
  /** All that is saved at the end, what the optimiser does not change included. */
  readonly network: Pick<Module, 'parameters' | 'buffers'>;
  /** Highest rate. */
  readonly rate: number;
  /** Decay of an average of the network's weights and statistics, which takes their place at the end; 0 for none. */
  readonly average: number;
  /** For adam, adamw and muon, where a method needs another one than usual. */
  readonly beta2?: number;
  /** What it is called where a stage has several. */
  readonly phase?: string;
}

/** Runs the loop under the params of a stage, with its checkpoints, and tells the person how it goes. */
export async function runTraining<B extends StepBatch>(
  { params, checkpoints, progress, log, warn, signal }: TrainingContext,
  { parameters, network, rate: highest, average: decay, beta2, phase, ...part }: TrainingPart<B>,
): Promise<TrainResult> {
  const { averageOf, train } = await import('@twoshot/nn');
  const { steps } = part;
  const all = [...network.parameters, ...network.buffers];
  const schedule = await scheduleOf(params, { steps, highest });
  const optimiser = await createOptimiser(params, parameters, beta2 === undefined ? {} : { beta2 });
  const average: Average | null = decay > 0 ? averageOf(all) : null;
  try {
    const result = await train({
      ...part,
      ...schedule,
      optimiser,
      accumulate: params.accumulate,
      extendable: isExtendable(params),
      ...(params.clip === null ? {} : { clip: params.clip }),
      afterStep: () => average?.update(decay),
      checkpoints: checkpoints(phase ?? 'training'),
      state: { network: all, average: average?.averages ?? [] },
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
