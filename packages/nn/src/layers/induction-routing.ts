import { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import type { Module } from '../module.js';
import { compose } from '../module.js';
import { dense } from './dense.js';

export interface InductionRouting extends Pick<Module, 'parameters' | 'buffers'> {
  /**
   * @param support [classes, shots, in]
   * @returns `classes` [classes, out] class vectors and `coupling` [classes, shots], the last share of each sample.
   */
  forward(support: tf.Tensor3D): { classes: tf.Tensor2D; coupling: tf.Tensor2D };
}

/** Class vectors from samples by dynamic routing (Geng et al. 2019, section 3.3). Parameters of `transform`. */
export function inductionRouting(
  options: { in: number; out: number; iterations?: number; eps?: number },
  random: Random,
): InductionRouting {
  const { iterations = 3, eps = 1e-9 } = options;
  const transform = dense({ in: options.in, out: options.out }, random);
  return {
    ...compose({ transform }),
    forward(support) {
      const [classes, shots, inputs] = support.shape;
      const flat = transform.forward(support.reshape([classes * shots, inputs]), { training: true });
      const samples = squash(flat, eps).reshape<tf.Tensor3D>([classes, shots, options.out]);
      let agreement: tf.Tensor2D = tf.zeros([classes, shots]);
      let coupling = agreement;
      let vectors: tf.Tensor2D = tf.zeros([classes, options.out]);
      for (let i = 0; i < iterations; i++) {
        coupling = agreement.softmax();
        vectors = squash(samples.mul(coupling.expandDims<tf.Tensor3D>(2)).sum<tf.Tensor2D>(1), eps);
        agreement = agreement.add(samples.mul(vectors.expandDims<tf.Tensor3D>(1)).sum(2));
      }
      return { classes: vectors, coupling };
    },
  };
}

/** Shrinks a vector to a length below 1 that keeps the order of lengths (Sabour et al. 2017). */
function squash<T extends tf.Tensor>(x: T, eps: number): T {
  const squared = x.square().sum(-1, true);
  return x.mul(squared.div(squared.add(1)).mul(squared.add(eps).rsqrt()));
}
