import { tf } from '@twoshot/engine';
import { l2Normalize, type Module, variableOf } from '@twoshot/nn';
import { countIn, fieldsOf } from '../architecture-shape.js';
import type { PartType } from '../part-type.js';

export interface PrototypesArchitecture {
  readonly dim: number;
  readonly count: number;
}

/** Directions that rows are compared with. */
export interface Prototypes extends Module<tf.Tensor2D, tf.Tensor2D> {
  /** [count, dim] */
  readonly weight: tf.Variable<tf.Rank.R2>;
}

/** Cosines [batch, count] of rows to prototypes (SwAV, DeepCluster-v2). */
export const prototypesPart: PartType<PrototypesArchitecture, Prototypes> = {
  type: 'prototypes',
  read(architecture) {
    const fields = fieldsOf(architecture, 'an object with `dim` and `count`');
    return { dim: countIn(fields, 'dim'), count: countIn(fields, 'count') };
  },
  gives: ({ count }) => ({ what: 'clusters', dim: count }),
  create({ dim, count }, random) {
    const start = Float32Array.from({ length: count * dim }, () => random.normal() / Math.sqrt(dim));
    const weight = variableOf<tf.Rank.R2>([count, dim], start);
    return {
      weight,
      parameters: [{ name: 'weight', variable: weight, layout: 'plain', trainable: true }],
      buffers: [],
      forward: (x) => tf.matMul(l2Normalize(x), l2Normalize(weight), false, true),
    };
  },
};
