import { requireFiniteValues } from '@twoshot/geometry';

/**
 * Targets of RUC's co-refinement (Park et al. 2021, equation 5): each row's label and the other network's prediction,
 * mixed by the row's weight and sharpened: q = (1 - w) y + w p, then q^(1 / temperature) / sum.
 *
 * @param labels [rows, classes] probabilities
 * @param otherProbs [rows, classes] probabilities
 * @param weights [rows] 0..1
 * @returns [rows, classes]
 */
export function coRefinedTargets(
  labels: ArrayLike<number>,
  otherProbs: ArrayLike<number>,
  weights: ArrayLike<number>,
  { temperature = 0.5 }: { temperature?: number } = {},
): Float64Array {
  const classes = labels.length / Math.max(1, weights.length);
  requireFiniteValues(labels, classes, 'labels');
  requireFiniteValues(otherProbs, classes, 'predictions');
  requireFiniteValues(weights, 1, 'weights');
  const targets = new Float64Array(labels.length);
  for (let row = 0; row < weights.length; row++) {
    const weight = weights[row]!;
    const start = row * classes;
    let largest = 0;
    for (let at = start; at < start + classes; at++) {
      targets[at] = (1 - weight) * labels[at]! + weight * otherProbs[at]!;
      largest = Math.max(largest, targets[at]!);
    }
    let sum = 0;
    for (let at = start; at < start + classes; at++) {
      targets[at] = (targets[at]! / largest) ** (1 / temperature);
      sum += targets[at]!;
    }
    for (let at = start; at < start + classes; at++) targets[at]! /= sum;
  }
  return targets;
}
