import type { tf } from '@twoshot/engine';

/** Probabilities of rows, and of each its likeliest class. */
export interface Confidence {
  readonly rows: number;
  readonly classes: number;
  /** [rows, classes] */
  readonly probabilities: Float64Array;
  /** [rows] likeliest class, the first of several */
  readonly label: Int32Array;
  /** [rows] its probability */
  readonly confidence: Float64Array;
}

/**
 * Softmax of logits on the host, in double precision, so that a threshold near 1 means what it says.
 *
 * @param logits [rows, classes]
 */
export function confidenceOf(logits: tf.Tensor2D): Confidence {
  const [rows, classes] = logits.shape;
  return likeliest(softmaxRows(logits.dataSync(), classes), rows, classes);
}

/** @param probabilities [rows, classes] */
export function likeliest(probabilities: Float64Array, rows: number, classes: number): Confidence {
  const label = new Int32Array(rows);
  const confidence = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let best = row * classes;
    for (let at = best + 1; at < (row + 1) * classes; at++) if (probabilities[at]! > probabilities[best]!) best = at;
    label[row] = best - row * classes;
    confidence[row] = probabilities[best]!;
  }
  return { rows, classes, probabilities, label, confidence };
}

/** @param logits [rows, classes] flat */
export function softmaxRows(logits: ArrayLike<number>, classes: number): Float64Array {
  const probabilities = new Float64Array(logits.length);
  for (let start = 0; start < logits.length; start += classes) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let at = start; at < start + classes; at++) largest = Math.max(largest, logits[at]!);
    let sum = 0;
    for (let at = start; at < start + classes; at++) {
      probabilities[at] = Math.exp(logits[at]! - largest);
      sum += probabilities[at]!;
    }
    for (let at = start; at < start + classes; at++) probabilities[at]! /= sum;
  }
  return probabilities;
}

/**
 * The way back through `softmaxRows`, in place: p (g - <p, g>).
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
