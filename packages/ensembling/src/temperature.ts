import { negativeLogLikelihood } from '@twoshot/evaluate';
import { type AnyMatrix, requireFinite, softmaxRows } from '@twoshot/geometry';

export interface FittedTemperature {
  readonly temperature: number;
  /** Mean negative log-likelihood at it. */
  readonly nll: number;
}

const golden = (Math.sqrt(5) - 1) / 2;

/**
 * The temperature that maximises the likelihood of softmax(logits / T) (Guo et al. 2017, section 4.2), by
 * golden-section search on ln T; the negative log-likelihood is convex in 1 / T.
 *
 * @param logits [rows, classes]
 * @param labels [rows] of the rows that it is fitted on
 */
export function fitTemperature(
  logits: AnyMatrix,
  labels: ArrayLike<number>,
  { minimum = 0.05, maximum = 20 }: { readonly minimum?: number; readonly maximum?: number } = {},
): FittedTemperature {
  if (!(minimum > 0 && minimum < maximum))
    throw new RangeError(`expected 0 < minimum < maximum, got ${minimum} and ${maximum}`);
  requireFinite(logits, 'logits');
  const lossAt = (log: number): number => negativeLogLikelihood(softmaxRows(logits, Math.exp(log)), labels, 1e-300);
  let [low, high] = [Math.log(minimum), Math.log(maximum)];
  let [left, right] = [high - golden * (high - low), low + golden * (high - low)];
  let [lossLeft, lossRight] = [lossAt(left), lossAt(right)];
  while (high - low > 1e-7) {
    if (lossLeft <= lossRight) {
      [high, right, lossRight] = [right, left, lossLeft];
      left = high - golden * (high - low);
      lossLeft = lossAt(left);
    } else {
      [low, left, lossLeft] = [left, right, lossRight];
      right = low + golden * (high - low);
      lossRight = lossAt(right);
    }
  }
  const log = (low + high) / 2;
  return { temperature: Math.exp(log), nll: lossAt(log) };
}
