import { defineStage, flag, integer, number } from '@twoshot/stage';
import { readSpaceRows, spaceInputs, spaceOutputs } from './space-rows.js';

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
  inputs: spaceInputs,
  outputs: spaceOutputs,
  engine: true,
  resources: { threads: 'all', memory: 1536 },
  async run({ params, inputs, outputs, log, progress, signal }) {
    const { writeFeatures, writeModel } = await import('@twoshot/artifact');
    const { fitPca, matrixOf, normaliseRows, pcaProjection, projectPca } = await import('@twoshot/geometry');
    const { spaceModel } = await import('./space-model.js');
    const { fit, applied } = await readSpaceRows(inputs);
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
