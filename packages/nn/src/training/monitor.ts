import { tf } from '@twoshot/engine';

/** A label-free measurement at regular steps; stored as a curve. */
export interface Monitor {
  readonly name: string;
  /** Measured at every such step and at the last one. */
  readonly every: number;
  /**
   * @param features [rows, dim] features of this step from the loss; valid until the promise settles
   * @param step seed of random choices
   * @returns NaN where there is nothing to measure
   */
  readonly measure: (features: tf.Tensor2D, step: number) => number | Promise<number>;
  /** Warning about a value; null if it is fine. */
  readonly warning?: (value: number, step: number) => string | null;
}

/**
 * Deviation of unit-length features over the batch, averaged over dimensions and times sqrt(dim): 1 where they fill
 * their sphere, 0 where they have collapsed to a point (SimSiam, Chen and He 2021, section 4.1).
 */
export function featureSpread({ every = 50, alarm = 0.1 }: { every?: number; alarm?: number } = {}): Monitor {
  return {
    name: 'spread',
    every,
    measure: (features) =>
      tf.tidy(() => {
        const length = features.square().sum(1, true).sqrt().maximum(1e-12);
        const unit = features.div<tf.Tensor2D>(length);
        const deviation = unit.sub(unit.mean(0, true)).square().mean(0).sqrt();
        return deviation.mean().mul(Math.sqrt(features.shape[1])).dataSync()[0]!;
      }),
    warning: (value, step) =>
      value < alarm
        ? `The features have collapsed: their spread is ${value.toFixed(4)} at step ${step}, about 1 is healthy. ` +
          'Lower the learning rate, or use a larger batch.'
        : null,
  };
}
