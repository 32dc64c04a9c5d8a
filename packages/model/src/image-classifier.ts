import type { Predictions, Preparation, Rows } from '@twoshot/artifact';
import type { tf } from '@twoshot/engine';
import type { Mode } from '@twoshot/nn';
import type { OpenModel } from './open-model.js';
import { classifierPart, type RejectionRule } from './part-types/classifier.js';
import { outputOf } from './path-to.js';

/** What the outputs of a classifier mean. */
export interface ClassifierOutputs {
  readonly classNames: readonly string[];
  /** Where there is one, the last output is of images of none of the classes. */
  readonly none: RejectionRule | null;
}

/** A model as a function from images to classes. */
export interface ImageClassifier extends ClassifierOutputs {
  readonly preparation: Preparation;
  /** From prepared images [batch, side, side, channels] to [batch, outputs] */
  readonly logits: (x: tf.Tensor4D) => tf.Tensor2D;
}

/** Names of the classes of a part, and its rule for images of none. */
export function classifierOutputs(model: OpenModel, name: string): ClassifierOutputs {
  const { classNames, none = null } = classifierPart.read(model.part(name, classifierPart).architecture);
  return { classNames, none };
}

/**
 * The only part of a model that classifies, with all parts before it.
 *
 * @param mode of evaluation
 * @throws StageInputError where there is none, or none that comes from images
 */
export function imageClassifier(model: OpenModel, mode: Mode): ImageClassifier {
  const name = model.choose([classifierPart], null);
  const output = outputOf(model, name);
  return {
    ...classifierOutputs(model, name),
    preparation: model.preparation(),
    logits: (x) => output(x, mode) as tf.Tensor2D,
  };
}

/**
 * Softmax of the outputs of a classifier as predictions.
 *
 * @param values [rows, outputs]
 */
export function predictionsOf({ classNames, none }: ClassifierOutputs, rows: Rows, values: Float32Array): Predictions {
  if (none === null) return { rows, classNames, scale: 'probabilities', values };
  const classes = classNames.length;
  const probability = Float32Array.from({ length: rows.count }, (_, row) => values[row * (classes + 1) + classes]!);
  const ofClasses = new Float32Array(rows.count * classes);
  for (let row = 0; row < rows.count; row++) {
    // One of none for certain is as much of one class as of another.
    const rest = 1 - probability[row]!;
    for (let label = 0; label < classes; label++)
      ofClasses[row * classes + label] = rest > 0 ? values[row * (classes + 1) + label]! / rest : 1 / classes;
  }
  return {
    rows,
    classNames,
    scale: 'probabilities',
    values: ofClasses,
    none: { probability, threshold: none.threshold },
  };
}
