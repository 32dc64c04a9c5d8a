import { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import { inductionRouting } from '../layers/induction-routing.js';
import { neuralTensorRelation } from '../layers/neural-tensor-relation.js';
import { compose } from '../module.js';
import type { Comparator } from './comparator.js';

export interface InductionArchitecture {
  readonly dim: number;
  /** Iterations of dynamic routing. */
  readonly iterations: number;
  /** Bilinear forms of the relation. */
  readonly slices: number;
}

/**
 * Encode-Induction-Relation (Geng et al. 2019): a class vector comes from its labelled rows by dynamic routing, and a
 * neural tensor layer scores it against a query.
 */
export function inductionHead({ dim, iterations, slices }: InductionArchitecture, random: Random): Comparator {
  const induction = inductionRouting({ in: dim, out: dim, iterations }, random);
  const relation = neuralTensorRelation({ dim, slices }, random);
  return {
    takes: 'features',
    gives: 'scores',
    ...compose({ induction, relation }),
    compare({ support, labels, ways, query }) {
      // Class by class, since classes may have different numbers of rows.
      const vectors = Array.from({ length: ways }, (_, way) => {
        const own = Int32Array.from([...labels.keys()].filter((row) => labels[row] === way));
        if (own.length === 0) throw new RangeError(`class ${way} of the episode has no support row`);
        const samples = tf.gather(support as tf.Tensor2D, tf.tensor1d(own, 'int32'));
        return induction.forward(tf.reshape(samples, [1, own.length, dim])).classes;
      });
      return relation.forward(tf.concat2d(vectors, 0), query as tf.Tensor2D);
    },
  };
}
