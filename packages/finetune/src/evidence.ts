import type { Images, Predictions } from '@twoshot/artifact';
import { normaliseRowSums, softmaxRows } from '@twoshot/geometry';
import { StageInputError } from '@twoshot/stage';

/** What predictions say of images: the mean over all that speak of an image. */
export interface Evidence {
  readonly classNames: readonly string[];
  /** [images, classes] probabilities; a row of zeros where nothing speaks of the image */
  readonly probabilities: Float64Array;
}

/**
 * Mean probabilities of the images of a set: softmax of logits, scores divided by their sums. Rows of other sets do
 * not count.
 *
 * @throws StageInputError where classes differ
 */
export function gatherEvidence(
  images: Pick<Images, 'set' | 'index'>,
  parts: readonly { readonly from: string; readonly predictions: Predictions }[],
): Evidence | null {
  const [first] = parts;
  if (first === undefined) return null;
  const { classNames } = first.predictions;
  const classes = classNames.length;
  const positionOf = new Map<number, number>();
  for (const [position, index] of images.index.entries()) positionOf.set(index, position);
  const probabilities = new Float64Array(images.index.length * classes);
  const voices = new Uint32Array(images.index.length);
  for (const { from, predictions } of parts) {
    if (predictions.classNames.join('\n') !== classNames.join('\n'))
      throw new StageInputError(
        'classes-differ',
        `${from} predicts the classes ${predictions.classNames.join(', ')}, ${first.from} ${classNames.join(', ')}`,
      );
    const { rows } = predictions;
    const shares = sharesOf(predictions);
    for (let row = 0; row < rows.count; row++) {
      const position = positionOf.get(rows.index[row]!);
      if (rows.sets[rows.set[row]!] !== images.set || position === undefined) continue;
      voices[position]!++;
      for (let c = 0; c < classes; c++) probabilities[position * classes + c]! += shares[row * classes + c]!;
    }
  }
  for (let at = 0; at < probabilities.length; at++)
    probabilities[at]! /= Math.max(1, voices[Math.floor(at / classes)]!);
  return { classNames, probabilities };
}

function sharesOf({ rows, classNames, scale, values }: Predictions): ArrayLike<number> {
  const matrix = { rows: rows.count, columns: classNames.length, data: values };
  if (scale === 'probabilities') return values;
  if (scale === 'logits') return softmaxRows(matrix).data;
  return normaliseRowSums({ ...matrix, data: values.map((value) => Math.max(value, 0)) }).data;
}
