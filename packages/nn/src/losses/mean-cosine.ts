import { tf } from '@twoshot/engine';

/** As PyTorch's `CosineSimilarity`: a row shorter than this counts as this long. */
const shortest = 1e-8;

/**
 * Mean over the rows of the cosine of `x` and `target`.
 *
 * @param x [..., dim]
 * @param target [..., dim] constant to the gradient
 */
export function meanCosine(x: tf.Tensor, target: tf.Tensor): tf.Scalar {
  return tf.customGrad<tf.Scalar>((input, save) => {
    const length = lengthOf(input as tf.Tensor);
    const unit = tf.div(input as tf.Tensor, length);
    const goal = tf.div(target, lengthOf(target));
    const cosine = tf.sum(tf.mul(unit, goal), -1, true);
    (save as tf.GradSaveFunc)([unit, goal, cosine, length]);
    return {
      value: tf.mean<tf.Scalar>(cosine),
      gradFunc: (upstream, saved) => {
        const across = tf.sub(saved[1]!, tf.mul(saved[0]!, saved[2]!));
        return tf.mul(tf.div(across, saved[3]!), tf.div(upstream, saved[2]!.size));
      },
    };
  })(x);
}

const lengthOf = (x: tf.Tensor): tf.Tensor => tf.maximum(tf.sqrt(tf.sum(tf.square(x), -1, true)), shortest);
