import type { Optimiser, StepBatch, TrainOptions, TrainResult } from '@twoshot/nn';
import type { StageContext } from '@twoshot/stage';
import type { TrainingParams } from './training-params.js';

/** What a stage that trains hands on of its context. */
export type TrainingContext = Pick<StageContext<never, never, never>, 'progress' | 'warn' | 'signal'>;

export interface TrainingPart<B extends StepBatch> extends Pick<
  TrainOptions<B>,
  'steps' | 'batch' | 'loss' | 'afterStep' | 'monitors'
> {
  readonly optimiser: Optimiser;
  /** Highest rate. */
  readonly rate: number;
  /** What it is called where a stage has several. */
  readonly phase?: string;
}

/** Runs the loop under the params of a stage and tells the person how it goes. */
export async function runTraining<B extends StepBatch>(
  { progress, warn, signal }: TrainingContext,
  { warmup }: Pick<TrainingParams, 'warmup'>,
  { phase, rate, ...part }: TrainingPart<B>,
): Promise<TrainResult> {
  const { train, warmupCosine } = await import('@twoshot/nn');
  const { steps } = part;
  return train({
    ...part,
    rate: warmupCosine({ base: rate, warmup: Math.round(steps * warmup), total: steps }),
    progress: (step) => progress(phase === undefined ? step : { ...step, phase }),
    warn,
    signal,
  });
}
