import type { Preparation } from '@twoshot/artifact';
import type { tf } from '@twoshot/engine';
import type { OpenModel } from './open-model.js';
import { classifierPart } from './part-types/classifier.js';
import { outputOf } from './path-to.js';

/** A model as a function from images to classes. */
export interface ImageClassifier {
  /** In the order of the logits. */
  readonly classNames: readonly string[];
  readonly preparation: Preparation;
  /** From prepared images [batch, side, side, channels] to [batch, classes] */
  readonly logits: (x: tf.Tensor4D) => tf.Tensor2D;
}

/**
 * The part of a model that classifies, with all parts before it.
 *
 * @param part its name; null for the only one
 * @throws StageInputError where there is none, or none that comes from images
 */
export function imageClassifier(model: OpenModel, part: string | null): ImageClassifier {
  const name = model.choose([classifierPart], part);
  const { classNames } = classifierPart.read(model.part(name, classifierPart).architecture);
  const output = outputOf(model, name);
  return {
    classNames,
    preparation: model.preparation(),
    logits: (x) => output(x, { training: false }) as tf.Tensor2D,
  };
}
