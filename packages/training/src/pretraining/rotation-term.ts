import type { tf } from '@twoshot/engine';
import { StageInputError } from '@twoshot/stage';
import type { MethodStart, PretrainMethod } from './method.js';

/**
 * A method with an additional task: predicting the rotation of images (RotNet, Gidaris et al. 2018; as a term of another loss in
 * ReMixMatch, Berthelot et al. 2020). The first view of every image is seen in all four rotations, in a pass of its own.
 *
 * @param weight of the cross-entropy over the four rotations
 * @throws StageInputError where the method learns from rotations already
 */
export async function withRotationTerm(
  method: PretrainMethod,
  { backbone: { module: backbone }, seed }: Pick<MethodStart<never>, 'backbone' | 'seed'>,
  weight: number,
): Promise<PretrainMethod> {
  if (Object.hasOwn(method.heads, 'rotation'))
    throw new StageInputError('rotation-twice', 'The method predicts rotations already. Remove the param `rotation`.');
  const { tf } = await import('@twoshot/engine');
  const { createRandom } = await import('@twoshot/engine/random');
  const { createPart, mlpPart } = await import('@twoshot/model');
  const { quarterTurns, rotationLoss } = await import('@twoshot/nn');
  const training = { training: true };
  const rotation = createPart(
    mlpPart,
    { architecture: { widths: [backbone.dim, 4] } },
    createRandom(seed('rotation term')),
  );
  return {
    ...method,
    heads: { ...method.heads, rotation },
    loss(views, batch, moment) {
      const own = method.loss(views, batch, moment);
      const first = tf.slice<tf.Rank.R4, tf.Tensor4D>(views[0]!, [0, 0, 0, 0], [batch.positions.length, -1, -1, -1]);
      const { turned, turns } = quarterTurns(first);
      const logits = rotation.module.forward(backbone.forward(turned, training), training);
      const { loss, accuracy } = rotationLoss(logits, turns);
      const total = tf.add<tf.Scalar>(own.loss, tf.mul(loss, weight));
      return { ...own, loss: total, parts: { ...own.parts, rotation: loss, 'rotation accuracy': accuracy } };
    },
  };
}
