import { choice, defineStage, number } from '@twoshot/stage';
import { metatrainBackbone } from './metatrain-backbone.js';
import { metatrainPorts } from './metatrain-ports.js';
import { episodeParams, metatrainParams } from './metatrain-params.js';

export default defineStage({
  name: 'metatrain/prototypical',
  summary:
    'Trains a backbone with prototypical networks: queries are assigned to the class with the nearest mean of support images',
  params: {
    ...metatrainParams({ steps: 600 }),
    ...episodeParams,
    distance: choice(['cosine', 'squared-euclidean'], {
      default: 'cosine',
      doc: 'similarity of a query to the mean of a class; cosine is independent of the scale of features',
    }),
    temperature: number({ default: 0.1, minimum: 1e-6, doc: 'temperature of the similarity; 1 for distances' }),
  },
  ...metatrainPorts,
  engine: true,
  resources: { threads: 'all', memory: 2048 },
  length: 'steps',
  async run(context) {
    const { tf } = await import('@twoshot/engine');
    const { prototypicalLoss } = await import('@twoshot/nn');
    const { drawEpisode } = await import('./episodes.js');
    const { ways, shots, queries, distance, temperature } = context.params;
    await metatrainBackbone(context, {
      stage: 'metatrain/prototypical',
      minimum: shots + 1,
      draw: (partitions, random) => drawEpisode(partitions, { ways, shots, queries }, random),
      method: ({ module: backbone }) => ({
        heads: {},
        loss([x], { task: { supportLabels, queryLabels } }) {
          const features = backbone.forward(x!, { training: true });
          const [support, query] = tf.split<typeof features>(features, [supportLabels.length, queryLabels.length]);
          const options = { distance, temperature };
          const { loss, logits } = prototypicalLoss(support!, supportLabels, query!, queryLabels, options);
          return { loss, features, parts: { accuracy: tf.scalar(accuracyOf(logits, queryLabels)) } };
        },
      }),
      recipe: { ways, shots, queries, distance, temperature },
    });
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
