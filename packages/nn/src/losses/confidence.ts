import type { tf } from '@twoshot/engine';
import { argMaxRows, softmaxRows } from '@twoshot/geometry';

/** Probabilities of rows, and their most likely classes. */
export interface Confidence {
  readonly rows: number;
  readonly classes: number;
  /** [rows, classes] */
  readonly probabilities: Float64Array;
  /** [rows] most likely class, the first of several */
  readonly label: Int32Array;
  /** [rows] its probability */
  readonly confidence: Float64Array;
}

/**
 * Softmax of logits on the host, in double precision, so that a threshold near 1 means what it says.
 *
 * @param logits [rows, classes]
 * @returns [rows, classes]
 */
export function probabilitiesOf(logits: tf.Tensor2D): Float64Array {
  const [rows, columns] = logits.shape;
  return softmaxRows({ rows, columns, data: logits.dataSync<'float32'>() }).data;
}

/** @param logits [rows, classes] */
export const confidenceOf = (logits: tf.Tensor2D): Confidence =>
  mostLikely(probabilitiesOf(logits), logits.shape[0], logits.shape[1]);

/** @param probabilities [rows, classes] */
export function mostLikely(probabilities: Float64Array, rows: number, classes: number): Confidence {
  const label = argMaxRows({ rows, columns: classes, data: probabilities });
  const confidence = new Float64Array(label).map((best, row) => probabilities[row * classes + best]!);
  return { rows, classes, probabilities, label, confidence };
}

/**
 * The gradient through a softmax, in place: p (g - <p, g>).
 *
 * @param gradient [rows, classes] with respect to the probabilities; becomes that with respect to the logits
 */
export function throughSoftmax(probabilities: Float64Array, gradient: Float64Array, classes: number): Float64Array {
  for (let start = 0; start < gradient.length; start += classes) {
    let inner = 0;
    for (let at = start; at < start + classes; at++) inner += probabilities[at]! * gradient[at]!;
    for (let at = start; at < start + classes; at++) gradient[at] = probabilities[at]! * (gradient[at]! - inner);
  }
  return gradient;
}

/**
 * 1 where a row is confident enough, 0 where it is not; NaN, which makes the loss NaN, where its logits are not finite.
 */
export const takenRows = (confidence: Float64Array, isSure: (value: number) => boolean): Float64Array =>
  confidence.map((value) => (Number.isNaN(value) ? value : Number(isSure(value))));
