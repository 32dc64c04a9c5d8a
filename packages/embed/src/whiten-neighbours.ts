import { defineStage, integer, number, StageInputError } from '@twoshot/stage';

export default defineStage({
  name: 'embed/whiten-neighbours',
  summary:
    'Whitens features by the differences between near neighbours, which stand for those within the classes; fitted once, applied to any set',
  params: {
    components: integer({
      default: 100,
      minimum: 1,
      doc: 'principal components to keep; fewer where the features are narrower or there are fewer rows',
    }),
    neighbours: integer({ default: 5, minimum: 1, doc: 'neighbours of each row whose differences count' }),
    shrinkage: number({
      default: 0.5,
      minimum: 0.001,
      maximum: 1,
      doc: 'fraction of the mean variance that every direction gets in place of its own; 1 is plain PCA',
    }),
  },
  inputs: {
    fit: { kind: 'features', doc: 'rows that mean, components and differences are fitted to' },
    apply: { kind: 'features', doc: 'further rows, one or more sets', many: true, optional: true, query: true },
    model: { kind: 'model', doc: 'model that extracted the rows, to extend it by the new space', optional: true },
  },
  outputs: {
    fit: { kind: 'features', from: ['fit'], doc: 'the fitted rows in the new space, of unit length' },
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
    const {
      fitLeadingPca,
      matrixOf,
      multiplyRows,
      neighbourWhitening,
      normaliseRows,
      projectPca,
      pcaProjection,
      subtractFromRows,
    } = await import('@twoshot/geometry');
    const { spaceModel } = await import('./space-model.js');
    const { stackFeatures } = await import('./stack-features.js');
    const { neighbours, shrinkage } = params;
    const fit = await readFeatures(inputs.fit.path);
    if (fit.rows.count < 2)
      throw new StageInputError('too-few-rows', `${inputs.fit.from} has ${fit.rows.count} rows; at least 2 are needed`);
    const points = matrixOf(fit.rows.count, fit.dim, fit.values);
    const components = Math.min(params.components, fit.dim, fit.rows.count - 1);
    const tell = (phase: string) => (step: number, total: number) => progress({ step, total, phase });
    const pca = await fitLeadingPca(points, components, { signal, progress: tell('components') });
    const kept = pca.explainedVarianceRatio.reduce((sum, share) => sum + share, 0);
    log(`${components} of ${fit.dim} components hold ${(100 * kept).toFixed(1)} % of the variance`);
    const rotated = await projectPca(points, pca, 0, { signal });
    const whitening = await neighbourWhitening(rotated, {
      neighbours,
      shrinkage,
      signal,
      progress: tell('neighbours'),
    });
    const projection = await multiplyRows(pcaProjection(pca), whitening, { signal });
    const write = async (dir: string, { rows, dim, values }: typeof fit): Promise<void> => {
      const centred = subtractFromRows(matrixOf(rows.count, dim, values), pca.mean);
      const { data } = normaliseRows(await multiplyRows(centred, projection, { signal }));
      await writeFeatures(dir, { rows, dim: components, values: data });
    };
    await write(outputs.fit, fit);
    const parts = await Promise.all(
      inputs.apply.map(async (input) => ({ input, features: await readFeatures(input.path) })),
    );
    const applied = parts.length === 0 ? { ...fit, rows: noRows, values: new Float32Array(0) } : stackFeatures(parts);
    if (applied.dim !== fit.dim)
      throw new StageInputError(
        'dimensions-differ',
        `the rows to apply to have ${applied.dim} dimensions, the fitted ones ${fit.dim}. Extract both with the same model.`,
      );
    await write(outputs.applied, applied);
    await writeModel(outputs.model, {
      ...(await spaceModel(inputs.model, { mean: Float32Array.from(pca.mean), projection, unit: true })),
      recipe: { stage: 'embed/whiten-neighbours', neighbours, shrinkage },
      curves: {},
    });
  },
});

const noRows = { count: 0, sets: [], set: new Uint8Array(0), index: new Uint32Array(0), view: null };
