import { requireFiniteValues } from '@twoshot/geometry';

/** Probabilities drawn towards a class distribution, and the running averages after this batch. */
export interface Aligned {
  /** [batch, classes] */
  readonly aligned: Float64Array;
  /** [classes] running mean of the probabilities */
  readonly ema: Float64Array;
}

/**
 * Uniform alignment of SoftMatch (Chen et al. 2023, equation 9): the running mean of the probabilities takes in this
 * batch, then each row is multiplied by (1 / classes + eps) / (ema + eps) and normalised.
 *
 * @param probs [batch, classes]
 * @param ema [classes]
 */
export function uniformAlignment(
  probs: ArrayLike<number>,
  ema: ArrayLike<number>,
  { momentum = 0.999, eps = 1e-6 }: { momentum?: number; eps?: number } = {},
): Aligned {
  const average = averaged(ema, probs, momentum);
  const goal = average.map(() => 1 / average.length);
  return { aligned: drawn(probs, goal, average, eps), ema: average };
}

/**
 * Distribution alignment (ReMixMatch, Berthelot et al. 2020; AdaMatch, Berthelot et al. 2022): as `uniformAlignment`,
 * towards the running mean of the probabilities on labelled rows. Both averages take in their batch first.
 *
 * @param probs [batch, classes] of unlabelled rows
 * @param labelledProbs [labelled, classes]
 * @param state `ema` and `emaTarget` [classes]
 */
export function distributionAlignment(
  probs: ArrayLike<number>,
  labelledProbs: ArrayLike<number>,
  state: { ema: ArrayLike<number>; emaTarget: ArrayLike<number> },
  { momentum = 0.999, eps = 1e-6 }: { momentum?: number; eps?: number } = {},
): Aligned & { readonly emaTarget: Float64Array } {
  const ema = averaged(state.ema, probs, momentum);
  const emaTarget = averaged(state.emaTarget, labelledProbs, momentum);
  return { aligned: drawn(probs, emaTarget, ema, eps), ema, emaTarget };
}

function averaged(old: ArrayLike<number>, probs: ArrayLike<number>, momentum: number): Float64Array {
  const classes = old.length;
  requireFiniteValues(old, classes, 'running means');
  requireFiniteValues(probs, classes, 'probabilities');
  if (probs.length === 0) return new Float64Array(old);
  const mean = new Float64Array(classes);
  for (let at = 0; at < probs.length; at++) mean[at % classes]! += (probs[at]! * classes) / probs.length;
  return mean.map((now, c) => momentum * old[c]! + (1 - momentum) * now);
}

function drawn(probs: ArrayLike<number>, goal: Float64Array, from: Float64Array, eps: number): Float64Array {
  const classes = goal.length;
  const ratio = goal.map((value, c) => (value + eps) / (from[c]! + eps));
  const aligned = new Float64Array(probs).map((value, at) => value * ratio[at % classes]!);
  for (let start = 0; start < aligned.length; start += classes) {
    const row = aligned.subarray(start, start + classes);
    const sum = row.reduce((total, value) => total + value, 0);
    if (sum > 0) for (let c = 0; c < classes; c++) row[c]! /= sum;
  }
  return aligned;
}
