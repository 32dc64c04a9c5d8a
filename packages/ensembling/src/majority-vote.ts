import { argMaxRows, type Matrix } from '@twoshot/geometry';
import { meanProbabilities } from './means.js';
import { type ModelStack, requireStack } from './model-stack.js';

export interface MajorityVote {
  /** [rows, classes] */
  readonly votes: Matrix<Float64Array>;
  /** [rows] */
  readonly labels: Int32Array;
}

/** The most likely class of every model, on a tie the lower one, [rows, models]. */
export function votesOf(stack: ModelStack): Int32Array {
  requireStack(stack);
  const { models, rows, classes, data } = stack;
  const votes = new Int32Array(rows * models);
  for (let model = 0; model < models; model++) {
    const size = rows * classes;
    const own = argMaxRows({ rows, columns: classes, data: data.subarray(model * size, (model + 1) * size) });
    for (const [row, label] of own.entries()) votes[row * models + model] = label;
  }
  return votes;
}

/**
 * One vote per model for its most likely class; among the classes with most votes the larger mean probability over all
 * models wins, then the lower class.
 */
export function majorityVote(stack: ModelStack): MajorityVote {
  const { models, rows, classes } = stack;
  const means = meanProbabilities(stack).data;
  const votes = new Float64Array(rows * classes);
  for (const [at, label] of votesOf(stack).entries()) votes[Math.floor(at / models) * classes + label]!++;
  const labels = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const base = row * classes;
    let best = 0;
    for (let label = 1; label < classes; label++) {
      const lead = votes[base + label]! - votes[base + best]!;
      if (lead > 0 || (lead === 0 && means[base + label]! > means[base + best]!)) best = label;
    }
    labels[row] = best;
  }
  return { votes: { rows, columns: classes, data: votes }, labels };
}

/**
 * Votes plus half a vote, distributed by mean probability, as fractions, [rows, classes]: the winner of `majorityVote`
 * has the largest share of its row, ties included.
 */
export function voteShares(stack: ModelStack): Matrix<Float64Array> {
  const { votes } = majorityVote(stack);
  const { models, rows, classes } = stack;
  const means = meanProbabilities(stack).data;
  const data = votes.data.map((count, i) => (count + means[i]! / 2) / (models + 0.5));
  return { rows, columns: classes, data };
}
