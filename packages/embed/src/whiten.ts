import { defineStage, flag, integer, number, StageInputError } from '@twoshot/stage';

export default defineStage({
  name: 'embed/whiten',
  summary:
    'Whitens features: centres them, keeps the principal components and scales their variance; fitted once, applied to any set',
  params: {
    components: integer({
      default: 128,
      minimum: 1,
      doc: 'principal components to keep; at most the width of the features',
    }),
    power: number({
      default: 0.5,
      minimum: 0,
      maximum: 1,
      doc: 'each component is divided by its standard deviation to this power: 0 is plain PCA, 0.5 half-whitens, 1 whitens',
    }),
    unit: flag({ default: true, doc: 'scale rows to unit length afterwards' }),
  },
  inputs: {
    fit: { kind: 'features', doc: 'rows that mean and components are fitted to' },
    apply: { kind: 'features', doc: 'further rows, one or more sets', many: true, optional: true, query: true },
    model: {
      kind: 'model',
      doc: 'model that extracted the rows, to extend it by the new space',
      optional: true,
    },
  },
  outputs: {
    fit: { kind: 'features', from: ['fit'], doc: 'the fitted rows in the new space' },
    applied: { kind: 'features', doc: 'the further rows in the new space, in the order of the inputs' },
    model: {
      kind: 'model',
      from: ['fit', 'model'],
      doc: 'the space as part `space`, behind the parts of `model` where it is wired',
    },
  },
  engine: true,
  resources: { threads: 'all', memory: 1536 },
  async run({ params, inputs, outputs, log, progress, signal }) {
    const { readFeatures, writeFeatures, writeModel } = await import('@twoshot/artifact');
    const { fitPca, matrixOf, normaliseRows, pcaProjection, projectPca } = await import('@twoshot/geometry');
    const { spaceModel } = await import('./space-model.js');
    const { stackFeatures } = await import('./stack-features.js');
    const fit = await readFeatures(inputs.fit.path);
    if (fit.rows.count < 2)
      throw new StageInputError('too-few-rows', `${inputs.fit.from} has ${fit.rows.count} rows; at least 2 are needed`);
    const parts = await Promise.all(
      inputs.apply.map(async (input) => ({ input, features: await readFeatures(input.path) })),
    );
    const applied =
      parts.length === 0 ? { ...fit, rows: emptyRows, values: new Float32Array(0) } : stackFeatures(parts);
    if (applied.dim !== fit.dim)
      throw new StageInputError(
        'dimensions-differ',
        `the rows to apply to have ${applied.dim} dimensions, the fitted ones ${fit.dim}. Extract both with the same model.`,
      );
    const components = Math.min(params.components, fit.dim);
    const total = fit.rows.count + applied.rows.count;
    const pca = await fitPca(matrixOf(fit.rows.count, fit.dim, fit.values), components, { signal });
    const kept = pca.explainedVarianceRatio.reduce((sum, share) => sum + share, 0);
    log(`${components} of ${fit.dim} components hold ${(100 * kept).toFixed(1)} % of the variance`);
    const { power, unit } = params;
    let done = 0;
    for (const [port, { rows, dim, values }] of [
      ['fit', fit],
      ['applied', applied],
    ] as const) {
      const before = done;
      const projected = await projectPca(matrixOf(rows.count, dim, values), pca, power, {
        signal,
        progress: (step) => progress({ step: before + step, total, unit: 'rows' }),
      });
      await writeFeatures(outputs[port], {
        rows,
        dim: components,
        values: (unit ? normaliseRows(projected) : projected).data,
      });
      done += rows.count;
    }
    const space = { mean: Float32Array.from(pca.mean), projection: pcaProjection(pca, power), unit };
    await writeModel(outputs.model, {
      ...(await spaceModel(inputs.model, space)),
      recipe: { stage: 'embed/whiten', power },
      curves: {},
    });
  },
});

const emptyRows = { count: 0, sets: [], set: new Uint8Array(0), index: new Uint32Array(0), view: null };
