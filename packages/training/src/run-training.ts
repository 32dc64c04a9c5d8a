import type { Module, NamedBuffer, Optimiser, StepBatch, TrainOptions, TrainResult } from '@twoshot/nn';
import type { StageContext } from '@twoshot/stage';
import type { TrainingParams } from './training-params.js';

/** What a stage that trains hands on of its context. */
export type TrainingContext = Pick<
  StageContext<never, never, never>,
  'checkpoints' | 'progress' | 'log' | 'warn' | 'signal'
>;

export interface TrainingPart<B extends StepBatch> extends Pick<
  TrainOptions<B>,
  'steps' | 'batch' | 'loss' | 'afterStep' | 'monitors' | 'epoch'
> {
  readonly optimiser: Optimiser;
  /** All that is saved at the end, what the optimiser does not change included. */
  readonly network: Pick<Module, 'parameters' | 'buffers'>;
  /** Averages of weights and the like, which are kept in checkpoints too. */
  readonly averages?: readonly NamedBuffer[];
  /** Highest rate. */
  readonly rate: number;
  /** What it is called where a stage has several. */
  readonly phase?: string;
}

/** Runs the loop under the params of a stage and tells the person how it goes. */
export async function runTraining<B extends StepBatch>(
  { checkpoints, progress, log, warn, signal }: TrainingContext,
  { warmup }: Pick<TrainingParams, 'warmup'>,
  { phase, rate, network, averages = [], ...part }: TrainingPart<B>,
): Promise<TrainResult> {
  const { train, warmupCosine } = await import('@twoshot/nn');
  const { steps } = part;
  return train({
    ...part,
    rate: warmupCosine({ base: rate, warmup: Math.round(steps * warmup), total: steps }),
    checkpoints: checkpoints(phase ?? 'training'),
    state: { network: [...network.parameters, ...network.buffers], averages },
    progress: (step) => progress(phase === undefined ? step : { ...step, phase }),
    log: (line) => log(phase === undefined ? line : `${phase} ${line}`),
    warn,
    signal,
  });
}
