import { type Images, positionsAmong, type Predictions, probabilitiesOf, rowsOf } from '@twoshot/artifact';
import { StageInputError } from '@twoshot/stage';

/** Mean predictions per image. */
export interface Evidence {
  readonly classNames: readonly string[];
  /** [images, classes] probabilities; a row of zeros for images without a prediction */
  readonly probabilities: Float64Array;
}

/**
 * Mean probabilities of the images of a set: softmax of logits, scores divided by their sums, less where an image may be
 * of none of the classes. Rows of other sets are ignored.
 *
 * @param parts predictions with their input; its name is read only for a message, since reading it
 *   enters the key
 * @throws StageInputError where classes differ
 */
export function gatherEvidence(
  images: Pick<Images, 'set' | 'index'>,
  parts: readonly { readonly input: { readonly from: string }; readonly predictions: Predictions }[],
): Evidence | null {
  const [first] = parts;
  if (first === undefined) return null;
  const { classNames } = first.predictions;
  const classes = classNames.length;
  const imageRows = rowsOf(images.set, images.index);
  const probabilities = new Float64Array(images.index.length * classes);
  const counts = new Uint32Array(images.index.length);
  for (const { input, predictions } of parts) {
    if (predictions.classNames.join('\n') !== classNames.join('\n'))
      throw new StageInputError(
        'classes-differ',
        `${input.from} predicts the classes ${predictions.classNames.join(', ')}, ${first.input.from} ${classNames.join(', ')}`,
      );
    const own = probabilitiesOf(predictions);
    for (const [row, position] of positionsAmong(predictions.rows, imageRows).entries()) {
      if (position < 0) continue;
      const ofClasses = 1 - (predictions.none?.probability[row] ?? 0);
      counts[position]!++;
      for (let c = 0; c < classes; c++) probabilities[position * classes + c]! += ofClasses * own[row * classes + c]!;
    }
  }
  for (let at = 0; at < probabilities.length; at++)
    probabilities[at]! /= Math.max(1, counts[Math.floor(at / classes)]!);
  return { classNames, probabilities };
}
