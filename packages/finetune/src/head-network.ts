import type { Model } from '@twoshot/artifact';
import type { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import {
  type Backbone,
  type BackboneArchitecture,
  compose,
  createBackbone,
  dense,
  disposeModule,
  loadWeights,
  type Mode,
  type Module,
  readBackboneArchitecture,
  unfilled,
} from '@twoshot/nn';

/** A backbone with a linear head to classes. */
export interface HeadNetwork extends Pick<Module, 'parameters' | 'buffers'> {
  readonly architecture: BackboneArchitecture;
  readonly backbone: Backbone;
  readonly head: Module<tf.Tensor2D, tf.Tensor2D>;
  /** @returns [images, classes] logits */
  forward(x: tf.Tensor4D, mode: Mode): tf.Tensor2D;
  dispose(): void;
}

/** The backbone of a model under a fresh head. */
export function createHeadNetwork(model: Model, classes: number, random: Random): HeadNetwork {
  const architecture = readBackboneArchitecture(model.architecture);
  const backbone = createBackbone(architecture, unfilled);
  loadWeights(backbone, model.weights, 'backbone');
  const head = dense({ in: backbone.dim, out: classes }, random.fork('head'));
  const parts = compose({ backbone, head });
  return {
    ...parts,
    architecture,
    backbone,
    head,
    forward: (x, mode) => head.forward(backbone.forward(x, mode), mode),
    dispose: () => disposeModule(parts),
  };
}
