import { tf } from '@twoshot/engine';
import type { Part } from '@twoshot/model';
import { type Backbone, type Comparator, crossEntropy, labelTargets, relationMseLoss } from '@twoshot/nn';
import type { Recipe, TrainingMethod } from '@twoshot/training';
import { drawEpisode, type Episode } from './episodes.js';
import { metatrainBackbone, type MetatrainContext, type TaskViews } from './metatrain-backbone.js';
import type { EpisodeParams } from './metatrain-params.js';

/**
 * Trains backbone and comparing head on episodes: cross-entropy for logits, squared error for scores (Sung et al.
 * 2018).
 *
 * @param head for the features or maps of a backbone
 */
export async function compareEpisodes(
  context: MetatrainContext & { readonly params: EpisodeParams },
  { stage, head, recipe }: { stage: string; head: (backbone: Backbone) => Part<Comparator>; recipe: Recipe },
): Promise<void> {
  const { ways, shots, queries } = context.params;
  await metatrainBackbone<Episode>(context, {
    stage,
    minimum: shots + 1,
    draw: (partitions, random) => drawEpisode(partitions, { ways, shots, queries }, random),
    method: ({ module }) => comparing(module, head(module)),
    recipe: { ways, shots, queries, ...recipe },
  });
}

function comparing(
  backbone: Backbone,
  head: Part<Comparator>,
): TrainingMethod<readonly tf.Tensor4D[], TaskViews<Episode>> {
  const { takes, gives, compare } = head.module;
  const training = { training: true };
  return {
    heads: { head },
    loss([x], { task: { supportLabels, queryLabels } }) {
      const maps = backbone.maps(x!, training);
      const features = tf.mean<tf.Tensor2D>(maps, [1, 2]);
      const [support, query] = tf.split(takes === 'maps' ? maps : features, [supportLabels.length, queryLabels.length]);
      const ways = supportLabels.reduce((maximum, label) => Math.max(maximum, label + 1), 0);
      const answers = compare({ support: support!, labels: supportLabels, ways, query: query! }, training);
      const right = tf.equal(tf.argMax(answers, 1), tf.tensor1d(queryLabels, 'int32'));
      return {
        loss: gives === 'scores' ? relationMseLoss(answers, queryLabels).loss : meanCrossEntropy(answers, queryLabels),
        features,
        parts: { accuracy: tf.mean(tf.cast(right, 'float32')) },
      };
    },
  };
}

function meanCrossEntropy(logits: tf.Tensor2D, labels: Int32Array): tf.Scalar {
  const targets = labelTargets(labels, logits.shape[1], { weights: 1 / labels.length });
  return crossEntropy(logits, tf.tensor2d(targets, logits.shape));
}
