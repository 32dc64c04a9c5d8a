import { tf } from '@twoshot/engine';
import { crossEntropy } from '../cross-entropy.js';
import { zeroUnlessFinite } from '../zero-unless-finite.js';

/**
 * DINO (Caron et al. 2021, algorithm 1): cross-entropy of the student's view j against the teacher's view i, mean over
 * all pairs with i != j. The teacher's logits are centred and sharpened, and constant to the gradient.
 *
 * @param student [views, batch, prototypes] logits, the two global views first
 * @param teacher [2, batch, prototypes] logits of the global views
 * @param center [prototypes] running mean of the teacher's logits, before this batch
 */
export function dinoLoss(
  student: tf.Tensor3D,
  teacher: tf.Tensor3D,
  center: tf.Tensor1D,
  { studentTemp = 0.1, teacherTemp = 0.04 }: { studentTemp?: number; teacherTemp?: number } = {},
): { readonly loss: tf.Scalar } {
  const [views, batch] = student.shape;
  const pairs = 2 * views - 2;
  const loss = tf.tidy(() => {
    const codes = tf.softmax(tf.div(tf.sub(teacher, center), teacherTemp));
    // Cross-entropy is linear in the target: the targets of a student's view are added up first.
    const crossed = tf.reverse(codes, 0);
    const others = views > 2 ? [tf.tile(tf.sum(codes, 0, true), [views - 2, 1, 1])] : [];
    const targets = tf.div(tf.concat([crossed, ...others]), pairs * batch);
    return tf.add<tf.Scalar>(crossEntropy(tf.div(student, studentTemp), targets), zeroUnlessFinite([center]));
  });
  return { loss };
}

/**
 * The centre after a batch: momentum * center + (1 - momentum) * mean of the teacher's logits over both views.
 *
 * @returns [prototypes]
 */
export const dinoCenter = (
  teacher: tf.Tensor3D,
  center: tf.Tensor1D,
  { momentum = 0.9 }: { momentum?: number } = {},
): tf.Tensor1D => tf.tidy(() => tf.add(tf.mul(center, momentum), tf.mul(tf.mean(teacher, [0, 1]), 1 - momentum)));
