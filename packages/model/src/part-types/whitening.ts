import { tf } from '@twoshot/engine';
import { l2Normalize, type Module, variableOf } from '@twoshot/nn';
import { countIn, fieldsOf, refuse } from '../architecture-shape.js';
import type { PartType } from '../part-type.js';

export interface WhiteningArchitecture {
  readonly dim: number;
  readonly components: number;
  /** Scale rows to unit length afterwards. */
  readonly unit: boolean;
}

/** A fitted linear space of features. */
export interface Whitening extends Module<tf.Tensor2D, tf.Tensor2D> {
  /**
   * @param mean [dim]
   * @param projection [dim, components]
   */
  fit(mean: Float32Array, projection: Float32Array): void;
}

/** Projection of centred features to principal components, as `embed/whiten` fits them. Has no trained weights. */
export const whiteningPart: PartType<WhiteningArchitecture, Whitening> = {
  type: 'whitening',
  read(architecture) {
    const fields = fieldsOf(architecture, 'an object with `dim`, `components` and `unit`');
    const { unit } = fields;
    if (typeof unit !== 'boolean') return refuse(unit, 'true or false as unit');
    return { dim: countIn(fields, 'dim'), components: countIn(fields, 'components'), unit };
  },
  gives: ({ components }) => ({ what: 'features', dim: components }),
  create({ dim, components, unit }) {
    const mean = variableOf<tf.Rank.R1>([dim], 0, false);
    const projection = variableOf<tf.Rank.R2>([dim, components], 0, false);
    return {
      parameters: [],
      buffers: [
        { name: 'mean', variable: mean },
        { name: 'projection', variable: projection },
      ],
      forward(x) {
        const y = tf.matMul<tf.Tensor2D>(tf.sub(x, mean), projection);
        return unit ? l2Normalize(y) : y;
      },
      fit(newMean, newProjection) {
        tf.tidy(() => {
          mean.assign(tf.tensor1d(newMean));
          projection.assign(tf.tensor2d(newProjection, [dim, components]));
        });
      },
    };
  },
};
