import type { Model } from '@twoshot/artifact';
import type { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import {
  averageOf,
  type Backbone,
  type BackboneArchitecture,
  compose,
  createBackbone,
  dense,
  disposeModule,
  loadWeights,
  type Mode,
  type Module,
  type NamedBuffer,
  readBackboneArchitecture,
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
  const backbone = createBackbone(architecture, random.fork('backbone'));
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

/** A running average of all weights of a network, running statistics included, which takes their place at the end. */
export interface WeightAverage {
  readonly averages: readonly NamedBuffer[];
  update(decay: number): void;
  /** Puts the averages in the place of the weights. */
  adopt(): void;
  dispose(): void;
}

export function averageWeights({ parameters, buffers }: Pick<Module, 'parameters' | 'buffers'>): WeightAverage {
  const values: readonly NamedBuffer[] = [...parameters, ...buffers];
  const average = averageOf(values);
  return {
    averages: average.averages,
    update: (decay) => average.update(decay),
    adopt() {
      for (const [i, { variable }] of values.entries()) variable.assign(average.averages[i]!.variable);
    },
    dispose: () => average.dispose(),
  };
}
