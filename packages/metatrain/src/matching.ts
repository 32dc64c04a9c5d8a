import { defineStage, number } from '@twoshot/stage';
import { metatrainPorts } from './metatrain-ports.js';
import { episodeParams, metatrainParams } from './metatrain-params.js';

export default defineStage({
  name: 'metatrain/matching',
  summary:
    'Trains a backbone with matching networks: a query takes the labels of the support images that it attends to (Vinyals et al. 2016)',
  params: {
    ...metatrainParams({ steps: 600 }),
    ...episodeParams,
    temperature: number({ default: 0.1, minimum: 0.001, doc: 'temperature of the cosines; 1 in the paper' }),
  },
  ...metatrainPorts,
  engine: true,
  resources: { threads: 'all', memory: 2048 },
  length: 'steps',
  async run(context) {
    const { createRandom } = await import('@twoshot/engine/random');
    const { createPart, matchingPart } = await import('@twoshot/model');
    const { compareEpisodes } = await import('./compare-episodes.js');
    const { temperature } = context.params;
    const random = createRandom(context.seed('head'));
    await compareEpisodes(context, {
      stage: 'metatrain/matching',
      head: ({ dim }) => createPart(matchingPart, { architecture: { dim, temperature } }, random),
      recipe: { temperature },
    });
  },
});
