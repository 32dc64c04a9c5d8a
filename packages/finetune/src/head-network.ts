import type { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import { backbonePart, classifierPart, createPart, type OpenModel, type Part } from '@twoshot/model';
import { type Backbone, compose, disposeModule, type Mode, type Module } from '@twoshot/nn';

/** A backbone with a linear classifier. */
export interface HeadNetwork extends Pick<Module, 'parameters' | 'buffers'> {
  readonly backbone: Part<Backbone>;
  readonly classifier: Part<Module<tf.Tensor2D, tf.Tensor2D>>;
  /** @returns [images, classes] logits */
  forward(x: tf.Tensor4D, mode: Mode): tf.Tensor2D;
  dispose(): void;
}

/** The backbone of a model with a new classifier. */
export function createHeadNetwork(model: OpenModel, classNames: readonly string[], random: Random): HeadNetwork {
  const backbone = model.part('backbone', backbonePart);
  const architecture = { dim: backbone.module.dim, classNames };
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
