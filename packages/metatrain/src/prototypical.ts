import { choice, number } from '@twoshot/stage';
import { drawEpisode } from './episodes.js';
import { episodeParams } from './metatrain-params.js';
import { metatrainStage } from './metatrain-stage.js';

export default metatrainStage({
  name: 'metatrain/prototypical',
  summary:
    'Trains a backbone with prototypical networks: queries are assigned to the class with the nearest mean of support images',
  params: {
    ...episodeParams,
    distance: choice(['cosine', 'squared-euclidean'], {
      default: 'cosine',
      doc: 'similarity of a query to the mean of a class; cosine is independent of the scale of features',
    }),
    temperature: number({ default: 0.1, minimum: 1e-6, doc: 'temperature of the similarity; 1 for distances' }),
  },
  steps: 600,
  minimum: ({ shots }) => shots + 1,
  draw: drawEpisode,
  async method({ params: { distance, temperature }, backbone: { module: backbone } }) {
    const { tf } = await import('@twoshot/engine');
    const { prototypicalLoss } = await import('@twoshot/nn');
    return {
      heads: {},
      loss([x], { task: { supportLabels, queryLabels } }) {
        const features = backbone.forward(x!, { training: true });
        const [support, query] = tf.split<typeof features>(features, [supportLabels.length, queryLabels.length]);
        const options = { distance, temperature };
        const { loss, logits } = prototypicalLoss(support!, supportLabels, query!, queryLabels, options);
        return { loss, features, parts: { accuracy: tf.scalar(accuracyOf(logits, queryLabels)) } };
      },
    };
  },
});

/** @param logits [queries, classes] */
function accuracyOf(logits: Float64Array, labels: Int32Array): number {
  const classes = logits.length / labels.length;
  let right = 0;
  for (const [query, label] of labels.entries()) {
    const row = logits.subarray(query * classes, (query + 1) * classes);
    right += Number(row[label] === Math.max(...row));
  }
  return right / labels.length;
}
