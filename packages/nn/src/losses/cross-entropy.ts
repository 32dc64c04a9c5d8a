import { tf } from '@twoshot/engine';

/**
 * Sum over the rows of -sum_c targets_c log softmax(logits)_c. The weight of a row is part of its targets, which need
 * not sum to 1: targets divided by the number of rows give the mean. Works on the engine, in a dozen ops.
 *
 * @param logits [..., classes]
 * @param targets [..., classes] constant to the gradient
 */
export function crossEntropy(logits: tf.Tensor, targets: tf.Tensor): tf.Scalar {
  return tf.customGrad<tf.Scalar>((input, save) => {
    const x = input as tf.Tensor;
    const shifted = tf.sub(x, tf.max(x, -1, true));
    const terms = tf.exp(shifted);
    const total = tf.sum(terms, -1, true);
    const mass = tf.sum(targets, -1, true);
    const value = tf.sub(tf.sum(tf.mul(mass, tf.log(total))), tf.sum(tf.mul(targets, shifted)));
    (save as tf.GradSaveFunc)([terms, tf.div(mass, total), targets]);
    return {
      value: value as tf.Scalar,
      gradFunc: (upstream, saved) => tf.mul(tf.sub(tf.mul(saved[0]!, saved[1]!), saved[2]!), upstream),
    };
  })(logits);
}

/**
 * Targets of labels: `on` for the class of the row, `off` for every other, times the weight of the row.
 *
 * @param labels [rows]
 * @param weights [rows], or one for all
 * @returns [rows, classes]
 */
export function labelTargets(
  labels: Int32Array,
  classes: number,
  { on = 1, off = 0, weights = 1 }: { on?: number; off?: number; weights?: ArrayLike<number> | number } = {},
): Float32Array {
  const targets = new Float32Array(labels.length * classes);
  for (const [row, label] of labels.entries()) {
    const weight = typeof weights === 'number' ? weights : weights[row]!;
    if (off !== 0) targets.fill(off * weight, row * classes, (row + 1) * classes);
    targets[row * classes + label] = on * weight;
  }
  return targets;
}
