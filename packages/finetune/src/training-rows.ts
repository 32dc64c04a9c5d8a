import { type Images, type Labels, positionsAmong, rowsOf } from '@twoshot/artifact';
import type { Random } from '@twoshot/engine/random';
import type { PseudoLabel } from './choose-pseudo-labels.js';

/** Training images by class. */
export interface TrainingRows {
  /** For each class the positions of its images, and their weights. */
  readonly members: readonly { readonly positions: Uint32Array; readonly weights: Float32Array }[];
  readonly count: number;
}

/**
 * Merges given labels with pseudo-labels; a given label takes precedence. Labels of other sets or of missing images are
 * ignored.
 */
export function trainingRows(
  images: Pick<Images, 'set' | 'index'>,
  classes: number,
  labels: Labels | null,
  chosen: readonly PseudoLabel[],
): TrainingRows {
  const members = Array.from({ length: classes }, () => ({ positions: [] as number[], weights: [] as number[] }));
  const known = new Set<number>();
  const add = (position: number, label: number, weight: number): void => {
    if (known.has(position) || weight <= 0) return;
    known.add(position);
    members[label]!.positions.push(position);
    members[label]!.weights.push(weight);
  };
  if (labels !== null) {
    const { rows, label, weight } = labels;
    for (const [row, position] of positionsAmong(rows, rowsOf(images.set, images.index)).entries())
      if (position >= 0) add(position, label[row]!, weight[row]!);
  }
  for (const { position, label } of chosen) add(position, label, 1);
  return {
    members: members.map(({ positions, weights }) => ({
      positions: Uint32Array.from(positions),
      weights: Float32Array.from(weights),
    })),
    count: known.size,
  };
}

/** Labelled images of a step. */
export interface LabelledBatch {
  readonly positions: Uint32Array;
  readonly labels: Int32Array;
  readonly weights: Float32Array;
}

/**
 * Draws `batch` images, with replacement, classes with images being equally likely: a class of two images has as much
 * weight as one of thousands.
 */
export function drawBalanced({ members }: TrainingRows, batch: number, random: Random): LabelledBatch {
  const filled = [...members.keys()].filter((label) => members[label]!.positions.length > 0);
  const drawn: LabelledBatch = {
    positions: new Uint32Array(batch),
    labels: new Int32Array(batch),
    weights: new Float32Array(batch),
  };
  // Cycles through the classes from a random one on, so that every batch is balanced and not only their mean.
  const first = random.integer(filled.length);
  for (let i = 0; i < batch; i++) {
    const label = filled[(first + i) % filled.length]!;
    const { positions, weights } = members[label]!;
    const one = random.integer(positions.length);
    drawn.positions[i] = positions[one]!;
    drawn.labels[i] = label;
    drawn.weights[i] = weights[one]!;
  }
  return drawn;
}
