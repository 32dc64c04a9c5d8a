import type { Schedule } from './schedule.js';

/** Learning rates of a range test: geometric from `start` to `end`, both included (Smith 2017). */
export function learningRateSweep({ start, end, steps }: { start: number; end: number; steps: number }): Schedule {
  return (step) => start * (end / start) ** (steps === 1 ? 0 : step / (steps - 1));
}

export interface LearningRateSuggestion {
  /** [n] bias-corrected exponential average of the losses */
  readonly smoothed: Float64Array;
  /** Where the smoothed loss falls fastest over the logarithm of the learning rate. */
  readonly steepest: { readonly index: number; readonly learningRate: number };
  /** Where the smoothed loss is smallest; `learningRate` is a tenth of the one there. */
  readonly minimum: { readonly index: number; readonly learningRate: number };
}

/**
 * Reads a learning rate off the curve of a range test, by the two rules of fastai's `lr_find`.
 *
 * @param rates [n] learning rates of the test, ascending
 * @param losses [n] training losses at them
 * @param options `beta` smoothing (0 for none); the first `skipStart` points never count; the curve is cut where the
 *   smoothed loss exceeds `divergeFactor` times its smallest value so far, and where it never does, the last
 *   `skipEnd` points are dropped.
 * @throws RangeError where fewer than two points are left.
 */
export function suggestLearningRate(
  rates: ArrayLike<number>,
  losses: ArrayLike<number>,
  options: { beta?: number; skipStart?: number; skipEnd?: number; divergeFactor?: number } = {},
): LearningRateSuggestion {
  const { beta = 0.9, skipStart = 3, skipEnd = 3, divergeFactor = 4 } = options;
  const smoothed = smooth(losses, beta);
  const end = divergence(smoothed, divergeFactor) ?? smoothed.length - skipEnd;
  if (end - skipStart < 2)
    throw new RangeError(
      `A learning rate needs at least two losses to be read from, got ${Math.max(0, end - skipStart)}`,
    );
  let steepest = skipStart;
  let steepestSlope = Infinity;
  let minimum = skipStart;
  for (let i = skipStart; i < end; i++) {
    if (smoothed[i]! < smoothed[minimum]!) minimum = i;
    if (i + 1 === end) continue;
    const slope = (smoothed[i + 1]! - smoothed[i]!) / Math.log(rates[i + 1]! / rates[i]!);
    if (slope < steepestSlope) [steepest, steepestSlope] = [i, slope];
  }
  return {
    smoothed,
    steepest: { index: steepest, learningRate: rates[steepest]! },
    minimum: { index: minimum, learningRate: rates[minimum]! / 10 },
  };
}

function smooth(losses: ArrayLike<number>, beta: number): Float64Array {
  let average = 0;
  return Float64Array.from({ length: losses.length }, (_, i) => {
    average = beta * average + (1 - beta) * losses[i]!;
    return average / (1 - beta ** (i + 1));
  });
}

/** First index at which the loss has left its smallest value so far behind by the factor. */
function divergence(smoothed: Float64Array, factor: number): number | null {
  let smallest = Infinity;
  for (let i = 0; i < smoothed.length; i++) {
    smallest = Math.min(smallest, smoothed[i]!);
    if (smoothed[i]! > factor * smallest) return i;
  }
  return null;
}
