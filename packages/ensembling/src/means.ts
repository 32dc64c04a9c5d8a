import { type Matrix, normaliseRowSums, softmaxRows } from '@twoshot/geometry';
import { type ModelStack, requireStack } from './model-stack.js';

/** Mean over models of a function of every value, [rows, classes]; weights are divided by their sum. */
function meanOf(stack: ModelStack, weights: ArrayLike<number>, of: (value: number) => number): Matrix<Float64Array> {
  requireStack(stack);
  const { models, rows, classes, data } = stack;
  if (weights.length !== models) throw new RangeError(`expected ${models} weights, got ${weights.length}`);
  let total = 0;
  for (let model = 0; model < models; model++) {
    if (!(weights[model]! >= 0) || !Number.isFinite(weights[model]))
      throw new RangeError(`expected finite weights of at least 0, got ${weights[model]} for model ${model}`);
    total += weights[model]!;
  }
  if (total === 0) throw new RangeError('expected at least one weight above 0');
  const size = rows * classes;
  const means = new Float64Array(size);
  for (let model = 0; model < models; model++) {
    const share = weights[model]! / total;
    for (let i = 0; i < size; i++) means[i]! += share * of(data[model * size + i]!);
  }
  return { rows, columns: classes, data: means };
}

const same = (value: number): number => value;
const equalWeights = ({ models }: ModelStack): Float64Array => new Float64Array(models).fill(1);

/** Arithmetic mean of the models' probabilities; weights are divided by their sum, equal by default. */
export function meanProbabilities(
  stack: ModelStack,
  weights: ArrayLike<number> = equalWeights(stack),
): Matrix<Float64Array> {
  return meanOf(stack, weights, same);
}

/** exp of the mean of ln max(p, epsilon), rows divided by their sums. */
export function geometricMean(
  stack: ModelStack,
  epsilon = 1e-7,
  weights: ArrayLike<number> = equalWeights(stack),
): Matrix<Float64Array> {
  const logs = meanOf(stack, weights, (value) => Math.log(Math.max(value, epsilon)));
  return normaliseRowSums({ ...logs, data: logs.data.map(Math.exp) });
}

/** Mean of logits, and its softmax. */
export function meanLogits(stack: ModelStack): {
  readonly logits: Matrix<Float64Array>;
  readonly probabilities: Matrix<Float64Array>;
} {
  const logits = meanOf(stack, equalWeights(stack), same);
  return { logits, probabilities: softmaxRows(logits) };
}
