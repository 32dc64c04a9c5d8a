import { tf } from '@twoshot/engine';
import { compose, dense, mlp, variableOf } from '@twoshot/nn';
import { countIn, fieldsOf } from '../architecture-shape.js';
import type { PartType } from '../part-type.js';
import type { RowModule } from './mlp.js';

export interface ClusteringHeadArchitecture {
  readonly dim: number;
  /** Width of a hidden layer; 0 for none. */
  readonly hidden: number;
  readonly clusters: number;
}

/** A head from features to logits of clusters, on features less `mean` times `scale`. */
export interface ClusteringHead extends RowModule {
  /** The head itself, from standardised features. */
  readonly head: RowModule;
  /** Mean and scale that standardise features. */
  standardiseBy(mean: Float32Array, scale: number): void;
}

export const clusteringHeadPart: PartType<ClusteringHeadArchitecture, ClusteringHead> = {
  type: 'clustering-head',
  read(architecture) {
    const fields = fieldsOf(architecture, 'an object with `dim`, `hidden` and `clusters`');
    return {
      dim: countIn(fields, 'dim'),
      hidden: countIn(fields, 'hidden', 0),
      clusters: countIn(fields, 'clusters', 2),
    };
  },
  gives: ({ clusters }) => ({ what: 'clusters', dim: clusters }),
  create({ dim, hidden, clusters }, random) {
    const head =
      hidden === 0 ? dense({ in: dim, out: clusters }, random) : mlp({ widths: [dim, hidden, clusters] }, random);
    const mean = variableOf<tf.Rank.R1>([dim], 0, false);
    const scale = variableOf<tf.Rank.R1>([1], 1, false);
    const { parameters, buffers } = compose({ head });
    return {
      head,
      parameters,
      buffers: [...buffers, { name: 'mean', variable: mean }, { name: 'scale', variable: scale }],
      forward: (x, mode) => head.forward(tf.mul(tf.sub(x, mean), scale), mode),
      standardiseBy(newMean, newScale) {
        tf.tidy(() => {
          mean.assign(tf.tensor1d(newMean));
          scale.assign(tf.tensor1d([newScale]));
        });
      },
    };
  },
};
