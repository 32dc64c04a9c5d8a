import type { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import { backbonePart, classifierPart, createPart, type OpenModel, type Part } from '@twoshot/model';
import { type Backbone, compose, disposeModule, type Mode, type Module } from '@twoshot/nn';

/** A backbone with a classifier. */
export interface HeadNetwork extends Pick<Module, 'parameters' | 'buffers'> {
  readonly backbone: Part<Backbone>;
  readonly classifier: Part<Module<tf.Tensor2D, tf.Tensor2D>>;
  /** @returns [images, classes] logits */
  forward(x: tf.Tensor4D, mode: Mode): tf.Tensor2D;
  dispose(): void;
}

/**
 * The backbone of a model with a new classifier.
 *
 * @param scale factor of the cosines of a cosine classifier; null for a linear one
 */
export function createHeadNetwork(
  model: OpenModel,
  { classNames, scale }: { classNames: readonly string[]; scale: number | null },
  random: Random,
): HeadNetwork {
  const backbone = model.part('backbone', backbonePart);
  const architecture = { dim: backbone.module.dim, classNames, ...(scale === null ? {} : { scale }) };
  const classifier = createPart(classifierPart, { architecture }, random.fork('head'));
  const parts = compose({ backbone: backbone.module, classifier: classifier.module });
  return {
    ...parts,
    backbone,
    classifier,
    forward: (x, mode) => classifier.module.forward(backbone.module.forward(x, mode), mode),
    dispose: () => disposeModule(parts),
  };
}
