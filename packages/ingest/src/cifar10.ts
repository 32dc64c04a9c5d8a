import { defineStage, externalPath, text } from '@twoshot/stage';
import { competitionParams, ingestOutputs } from './competition-params.js';

export default defineStage({
  name: 'ingest/cifar10',
  summary: 'CIFAR-10 in the shape of the competition: 49,990 images to train on, 10 to validate, 10,000 to test',
  params: {
    ...competitionParams,
    path: externalPath({
      default: 'data/cifar-10-batches-bin',
      doc: 'folder with the binary version; downloaded if it is missing and lies in `data` of the workspace, or is empty',
    }),
    url: text({
      default: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
      doc: 'URL of the archive (162 MB); set it to a mirror if that address is unreachable',
    }),
  },
  inputs: {},
  outputs: ingestOutputs,
  resources: { memory: 256 },
  async prepare({ params, workspace, progress, log, signal }) {
    const { downloadCifar10 } = await import('./cifar10-download.js');
    await downloadCifar10(params.path, () => params.url, { workspace, progress, log, signal });
  },
  async run({ params, outputs, progress }) {
    const { openCifar10 } = await import('./cifar10-files.js');
    const { writeCompetition } = await import('./competition.js');
    const { split, draw, shots, limit, path } = params;
    await writeCompetition(await openCifar10(path), { split, draw, shots, limit }, outputs, progress);
  },
});
