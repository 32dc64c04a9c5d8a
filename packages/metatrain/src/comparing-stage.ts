import type { tf as TensorFlow } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import type { Part } from '@twoshot/model';
import type { Backbone, Comparator } from '@twoshot/nn';
import type { Params, ParamValues } from '@twoshot/stage';
import { drawEpisode, type Episode } from './episodes.js';
import { type EpisodeParams, episodeParams } from './metatrain-params.js';
import { type MetatrainDefinition, metatrainStage } from './metatrain-stage.js';

/** A method whose head compares queries with the support of an episode. */
export interface ComparingDefinition<P extends Params> extends Pick<
  MetatrainDefinition<P, Episode>,
  'name' | 'summary' | 'params'
> {
  /** The head, for the features or maps of a backbone. */
  head(backbone: Backbone, params: ParamValues<P>, random: Random): Promise<Part<Comparator>>;
}

/** The two halves of the params are joined below, which the compiler cannot follow. */
const episodeOf = (params: unknown): EpisodeParams => params as EpisodeParams;

/**
 * The stage that trains backbone and comparing head on episodes: cross-entropy for logits, squared error for scores (Sung et
 * al. 2018).
 */
export function comparingStage<const P extends Params>(definition: ComparingDefinition<P>) {
  const { name, summary, params } = definition;
  return metatrainStage<typeof episodeParams & P, Episode>({
    name,
    summary,
    params: { ...episodeParams, ...params },
    steps: 600,
    minimum: (given) => episodeOf(given).shots + 1,
    draw: (partitions, given, random) => drawEpisode(partitions, episodeOf(given), random),
    async method({ params: given, backbone: { module: backbone }, seed }) {
      const { tf } = await import('@twoshot/engine');
      const { createRandom } = await import('@twoshot/engine/random');
      const { crossEntropy, labelTargets, relationMseLoss } = await import('@twoshot/nn');
      const head = await definition.head(backbone, given, createRandom(seed('head')));
      const { takes, gives, compare } = head.module;
      const training = { training: true };
      const lossOf = (answers: TensorFlow.Tensor2D, labels: Int32Array): TensorFlow.Scalar => {
        if (gives === 'scores') return relationMseLoss(answers, labels).loss;
        const targets = labelTargets(labels, answers.shape[1], { weights: 1 / labels.length });
        return crossEntropy(answers, tf.tensor2d(targets, answers.shape));
      };
      return {
        heads: { head },
        loss([x], { task: { supportLabels, queryLabels } }) {
          const maps = backbone.maps(x!, training);
          const features = tf.mean<TensorFlow.Tensor2D>(maps, [1, 2]);
          const rows = takes === 'maps' ? maps : features;
          const [support, query] = tf.split(rows, [supportLabels.length, queryLabels.length]);
          const ways = supportLabels.reduce((maximum, label) => Math.max(maximum, label + 1), 0);
          const answers = compare({ support: support!, labels: supportLabels, ways, query: query! }, training);
          const right = tf.equal(tf.argMax(answers, 1), tf.tensor1d(queryLabels, 'int32'));
          const accuracy = tf.mean<TensorFlow.Scalar>(tf.cast(right, 'float32'));
          return { loss: lossOf(answers, queryLabels), features, parts: { accuracy } };
        },
      };
    },
  });
}
