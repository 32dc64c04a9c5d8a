import { defineStage, integer } from '@twoshot/stage';
import { metatrainPorts } from './metatrain-ports.js';
import { episodeParams, metatrainParams } from './metatrain-params.js';

export default defineStage({
  name: 'metatrain/relation',
  summary: 'Trains a backbone and a relation network, which scores pairs of feature maps (Sung et al. 2018)',
  params: {
    ...metatrainParams({ steps: 600 }),
    ...episodeParams,
    channels: integer({ default: 64, minimum: 1, doc: 'channels of the convolutions of the head' }),
    hidden: integer({ default: 8, minimum: 1, doc: 'width of the layer before the score' }),
  },
  ...metatrainPorts,
  engine: true,
  resources: { threads: 'all', memory: 2048 },
  length: 'steps',
  async run(context) {
    const { createRandom } = await import('@twoshot/engine/random');
    const { createPart, relationPart } = await import('@twoshot/model');
    const { compareEpisodes } = await import('./compare-episodes.js');
    const { channels, hidden } = context.params;
    const random = createRandom(context.seed('head'));
    await compareEpisodes(context, {
      stage: 'metatrain/relation',
      head: ({ dim }) => createPart(relationPart, { architecture: { channels: dim, width: channels, hidden } }, random),
      recipe: { channels, hidden },
    });
  },
});
