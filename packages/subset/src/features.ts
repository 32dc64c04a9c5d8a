import { defineStage } from '@twoshot/stage';
import { subsetPort } from './subset-port.js';

export default defineStage({
  name: 'subset/features',
  summary: 'Keeps the features of the rows in a subset, in their original order',
  params: {},
  inputs: { features: { kind: 'features', query: true, doc: 'rows to select from' }, subset: subsetPort },
  outputs: { features: { kind: 'features', doc: 'those in the subset' } },
  async run({ inputs, outputs, log }) {
    const { readFeatures, readSubset, writeFeatures } = await import('@twoshot/artifact');
    const { matrixOf, selectRows } = await import('@twoshot/geometry');
    const { chosenAmong } = await import('./chosen.js');
    const [{ rows: all, dim, values }, subset] = await Promise.all([
      readFeatures(inputs.features.path),
      readSubset(inputs.subset.path),
    ]);
    const choosing = { subset, inputs: { subset: inputs.subset, of: inputs.features }, log };
    const { rows, positions } = chosenAmong(all, choosing);
    const { data } = selectRows(matrixOf(all.count, dim, values), positions);
    await writeFeatures(outputs.features, { rows, dim, values: data });
  },
});
