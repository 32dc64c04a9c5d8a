import { defineStage, number, StageInputError } from '@twoshot/stage';

export default defineStage({
  name: 'subset/without-duplicates',
  summary: 'Removes near duplicates: keeps rows whose cosine to every earlier kept row is at most a threshold',
  params: {
    threshold: number({
      default: 0.98,
      minimum: -1,
      maximum: 1,
      doc: 'cosine above which two rows are duplicates; it depends on the features, so check the pairs in the log',
    }),
  },
  inputs: { features: { kind: 'features', doc: 'rows to compare; the first of duplicates is kept' } },
  outputs: { subset: { kind: 'subset', doc: 'the kept rows, in their original order' } },
  engine: true,
  resources: { threads: 'all', memory: 1536 },
  async run({ params, inputs, outputs, log, progress, signal }) {
    const { readFeatures, rowName, rowsAt, writeSubset } = await import('@twoshot/artifact');
    const { matrixOf } = await import('@twoshot/geometry');
    const { requireFiniteRows } = await import('./finite-rows.js');
    const { standsFor } = await import('./near-duplicates.js');
    const { rows, dim, values } = await readFeatures(inputs.features.path);
    if (rows.count === 0)
      throw new StageInputError(
        'no-row',
        `${inputs.features.from} has no row to select from. Wire features with rows.`,
      );
    const points = matrixOf(rows.count, dim, values);
    requireFiniteRows(points, rows, inputs.features);
    const first = await standsFor(points, params.threshold, {
      signal,
      progress: (step, total) => progress({ step, total }),
    });
    const order = Uint32Array.from(rows.index.keys());
    const stay = order.filter((row) => first[row] === row);
    const gone = order.filter((row) => first[row] !== row);
    const reason = `${stay.length} of ${rows.count} rows whose cosine to every earlier one is at most ${params.threshold}`;
    log(`${reason}; ${gone.length} go`);
    for (const row of gone.subarray(0, 10)) log(`${rowName(rows, row)} is like ${rowName(rows, first[row]!)}`);
    await writeSubset(outputs.subset, { rows: rowsAt(rows, stay), reason });
  },
});
