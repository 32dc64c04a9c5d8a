import { tf } from '@twoshot/engine';

/**
 * Cross-entropy of predicting the number of quarter turns of an image (Gidaris et al. 2018).
 *
 * @param logits [batch, 4]
 * @param labels [batch] int32, quarter turns
 */
export function rotationLoss(logits: tf.Tensor2D, labels: tf.Tensor1D): { loss: tf.Scalar; accuracy: tf.Scalar } {
  const oneHot = tf.oneHot(labels, 4);
  const loss = logits.logSoftmax().mul(oneHot).sum(1).mean<tf.Scalar>().neg<tf.Scalar>();
  const accuracy = logits.argMax(1).equal(labels.toInt()).toFloat().mean<tf.Scalar>();
  return { loss, accuracy };
}

/**
 * Every image in all four rotations, exact: first all as they are, then all turned by 90, 180 and 270 degrees
 * counter-clockwise.
 *
 * @param x [batch, side, side, channels]
 * @returns `turned` [4 batch, side, side, channels] and `turns` [4 batch] int32
 */
export function quarterTurns(x: tf.Tensor4D): { turned: tf.Tensor4D; turns: tf.Tensor1D } {
  const [batch] = x.shape;
  const transposed = x.transpose<tf.Tensor4D>([0, 2, 1, 3]);
  const turned = tf.concat([x, tf.reverse(transposed, 1), tf.reverse(x, [1, 2]), tf.reverse(transposed, 2)], 0);
  const turns = tf.tensor1d(
    Int32Array.from({ length: 4 * batch }, (_, i) => Math.floor(i / batch)),
    'int32',
  );
  return { turned, turns };
}
