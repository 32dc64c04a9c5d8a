import type { Remembered, Schedule, StepBatch, StepLoss, StepOutputs } from '@twoshot/nn';
import type { Parts } from '@twoshot/model';

/** Where a training stands. */
export interface Moment {
  readonly step: number;
  /** Steps of the whole training. */
  readonly steps: number;
  /** 0 where there are no epochs. */
  readonly epoch: number;
}

/**
 * What one method adds to the common loop, whether it pre-trains, learns from episodes, fine-tunes or trains heads.
 * All that it changes lies in its parts or its memory, so that a training that was cut short goes on to the same result;
 * what is random in it follows from the moment.
 */
export interface TrainingMethod<Views, B extends StepBatch> {
  /** What is trained beside the backbone, saved with it under these names. */
  readonly heads: Parts;
  /** What is saved with the backbone and never optimised: momentum teachers, prototypes that are computed. */
  readonly frozen?: Parts;
  /** What is remembered from step to step and not saved in the model: queues, banks, thresholds. */
  readonly memory?: readonly Remembered[];
  /** Share of the learning rate by part; 1 for those that are not named, 0 freezes a part. */
  readonly learningRateFactors?: Readonly<Record<string, number>>;
  /**
   * What of the method follows from the number of all steps, by step: a checkpoint of a shorter training is taken only
   * where it was the same.
   */
  readonly settings?: Readonly<Record<string, Schedule>>;
  /** Of adam, adamw and muon, where the method needs another one than usual. */
  readonly beta2?: number;
  /** Under the gradient tape: differentiable in the weights of backbone and heads. */
  loss(views: Views, batch: B, moment: Moment): StepLoss;
  /** Before the first step of every epoch. */
  beforeEpoch?(moment: Moment): void | Promise<void>;
  /** @param outputs that the losses of the step's batches have given; disposed afterwards */
  afterUpdate?(outputs: readonly StepOutputs[], moment: Moment): void | Promise<void>;
}
