import { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import { compose, dense, type Module, relu } from '@twoshot/nn';

/** Tells from the features of two images whether they show the same class. */
export interface SiameseHead extends Pick<Module, 'parameters' | 'buffers'> {
  /**
   * @param a [pairs, dim]
   * @param b [pairs, dim]
   * @returns [pairs] logits, the same for (a, b) and (b, a)
   */
  forward(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor1D;
}

/**
 * The head of Martin Piotte's whale identification (Kaggle 2018): per feature the four symmetric values a b, a + b,
 * |a - b| and (a - b)^2 go through one small network that all features share, and the results are weighed and added.
 */
export function siameseHead({ dim, hidden = 32 }: { dim: number; hidden?: number }, random: Random): SiameseHead {
  const mix = dense({ in: 4, out: hidden }, random);
  const score = dense({ in: hidden, out: 1 }, random);
  const weigh = dense({ in: dim, out: 1 }, random);
  const mode = { training: true };
  return {
    ...compose({ mix, score, weigh }),
    forward(a, b) {
      const [pairs] = a.shape;
      const apart = tf.abs(tf.sub(a, b));
      const values = tf.stack([tf.mul(a, b), tf.add(a, b), apart, tf.square(apart)], 2);
      const each = score.forward(relu(mix.forward(tf.reshape(values, [pairs * dim, 4]), mode)), mode);
      return tf.reshape(weigh.forward(tf.reshape(each, [pairs, dim]), mode), [pairs]);
    },
  };
}

/**
 * Mean binary cross-entropy of logits, and the share of them on the right side of 0.
 *
 * @param logits [pairs]
 * @param targets [pairs] 0 or 1
 */
export function binaryCrossEntropy(
  logits: tf.Tensor1D,
  targets: ArrayLike<number>,
): { readonly loss: tf.Scalar; readonly accuracy: tf.Scalar } {
  return tf.tidy(() => {
    const wanted = tf.tensor1d(Float32Array.from(targets));
    const bounded = tf.log1p(tf.exp(tf.neg(tf.abs(logits))));
    const loss = tf.mean<tf.Scalar>(tf.add(tf.sub(tf.relu(logits), tf.mul(logits, wanted)), bounded));
    const predicted = tf.cast(tf.greater(logits, 0), 'float32');
    return { loss, accuracy: tf.sub<tf.Scalar>(1, tf.mean(tf.abs(tf.sub(predicted, wanted)))) };
  });
}
