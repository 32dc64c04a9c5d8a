import type { Remembered, Schedule, StepBatch, StepLoss, StepOutputs } from '@twoshot/nn';
import type { Parts } from '@twoshot/model';

/** State of a training. */
export interface Moment {
  readonly step: number;
  /** Total number of steps. */
  readonly steps: number;
  /** 0 where there are no epochs. */
  readonly epoch: number;
}

/**
 * What a method adds to the common loop, whether it pre-trains, meta-trains, fine-tunes or trains heads. All its
 * mutable state is in its parts or its memory, so that an interrupted training resumes to the same result; its
 * randomness depends only on the moment.
 */
export interface TrainingMethod<Views, B extends StepBatch> {
  /** Trained parts besides the backbone, saved with it under these names. */
  readonly heads: Parts;
  /** Parts saved with the backbone and never optimised: momentum teachers, computed prototypes. */
  readonly frozen?: Parts;
  /** State kept between steps and not saved in the model: queues, banks, thresholds. */
  readonly memory?: readonly Remembered[];
  /** Factor of the learning rate by part; 1 by default, 0 freezes a part. */
  readonly learningRateFactors?: Readonly<Record<string, number>>;
  /**
   * What in the method depends on the total number of steps, by step: a checkpoint of a shorter training is used only
   * where it was the same.
   */
  readonly settings?: Readonly<Record<string, Schedule>>;
  /** Epsilon of adam, adamw and muon, where the method needs an unusual one. */
  readonly beta2?: number;
  /** Called under the gradient tape: differentiable in the weights of backbone and heads. */
  loss(views: Views, batch: B, moment: Moment): StepLoss;
  /** Before the first step of every epoch. */
  beforeEpoch?(moment: Moment): void | Promise<void>;
  /** @param outputs of the losses of the step's batches; disposed afterwards */
  afterUpdate?(outputs: readonly StepOutputs[], moment: Moment): void | Promise<void>;
}
