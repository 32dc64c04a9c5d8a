import { defineStage, integer } from '@twoshot/stage';
import { metatrainPorts } from './metatrain-ports.js';
import { episodeParams, metatrainParams } from './metatrain-params.js';

export default defineStage({
  name: 'metatrain/induction',
  summary:
    'Trains a backbone with an induction network: routing computes class vectors, a tensor layer scores them (Geng et al. 2019)',
  params: {
    ...metatrainParams({ steps: 600 }),
    ...episodeParams,
    iterations: integer({ default: 3, minimum: 1, doc: 'iterations of dynamic routing' }),
    slices: integer({ default: 32, minimum: 1, doc: 'bilinear forms of the relation; 100 in the paper' }),
  },
  ...metatrainPorts,
  engine: true,
  resources: { threads: 'all', memory: 2048 },
  length: 'steps',
  async run(context) {
    const { createRandom } = await import('@twoshot/engine/random');
    const { createPart, inductionPart } = await import('@twoshot/model');
    const { compareEpisodes } = await import('./compare-episodes.js');
    const { iterations, slices } = context.params;
    const random = createRandom(context.seed('head'));
    await compareEpisodes(context, {
      stage: 'metatrain/induction',
      head: ({ dim }) => createPart(inductionPart, { architecture: { dim, iterations, slices } }, random),
      recipe: { iterations, slices },
    });
  },
});
