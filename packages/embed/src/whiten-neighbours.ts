import { defineStage, integer, number } from '@twoshot/stage';
import { readSpaceRows, spaceInputs, spaceOutputs } from './space-rows.js';

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
  inputs: spaceInputs,
  outputs: spaceOutputs,
  engine: true,
  resources: { threads: 'all', memory: 1536 },
  async run({ params, inputs, outputs, log, progress, signal }) {
    const { writeFeatures, writeModel } = await import('@twoshot/artifact');
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
    const { neighbours, shrinkage } = params;
    const { fit, applied } = await readSpaceRows(inputs);
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
    await write(outputs.applied, applied);
    await writeModel(outputs.model, {
      ...(await spaceModel(inputs.model, { mean: Float32Array.from(pca.mean), projection, unit: true })),
      recipe: { stage: 'embed/whiten-neighbours', neighbours, shrinkage },
      curves: {},
    });
  },
});
