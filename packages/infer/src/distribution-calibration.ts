import { defineStage, integer, number, StageInputError } from '@twoshot/stage';
import { predictionOutputs, featureInputs } from './feature-ports.js';

export default defineStage({
  name: 'infer/distribution-calibration',
  summary:
    'Logistic regression on rows sampled around the labelled ones, with covariances from the nearest clusters (distribution calibration)',
  params: {
    tukeyLambda: number({
      default: 0.5,
      minimum: 0.01,
      doc: 'power of the features, which must be non-negative; 1 accepts any (Yang et al. 2021: 0.5)',
    }),
    neighbours: integer({ default: 2, minimum: 1, doc: 'clusters whose statistics a labelled row uses (paper: 2)' }),
    alpha: number({ default: 0.21, minimum: 0, doc: 'added to every entry of the covariances (paper: 0.21)' }),
    samples: integer({ default: 100, minimum: 1, doc: 'rows sampled around each labelled row' }),
    C: number({ default: 1, minimum: 1e-6, doc: 'inverse regularisation of the regression, as in scikit-learn' }),
  },
  inputs: {
    ...featureInputs,
    assignments: {
      kind: 'assignments',
      doc: 'clusters of the reference rows, in place of base classes; of several partitions the first',
    },
  },
  outputs: {
    predictions: predictionOutputs.predictions,
    reference: { ...predictionOutputs.reference, from: ['reference', 'labels', 'assignments'] },
  },
  engine: true,
  resources: { threads: 'all', memory: 2048 },
  async run({ params, inputs, outputs, seed, progress, signal }) {
    const { positionsAmong, readAssignments } = await import('@twoshot/artifact');
    const { createRandom } = await import('@twoshot/engine/random');
    const { baseStatistics, calibrateDistributions, sampleDistributions, tukeyTransform } =
      await import('@twoshot/fewshot');
    const { fitLogistic, predictLogistic, stackRows } = await import('@twoshot/geometry');
    const { readKnownFeatures } = await import('./known-features.js');
    const { predictRows } = await import('./predict-rows.js');
    const given = await readKnownFeatures(inputs);
    const { labels, reference, known, support } = given;
    const { tukeyLambda, neighbours, alpha, samples, C } = params;
    const { rows, partitions } = await readAssignments(inputs.assignments.path);
    const cluster = Array.from(positionsAmong(reference.rows, rows), (at) =>
      at < 0 ? -1 : partitions[0]!.cluster[at]!,
    );
    if (cluster.every((one) => one < 0))
      throw new StageInputError(
        'rows-differ',
        `${inputs.assignments.from} has no cluster for any row of ${inputs.reference.from}. Wire clusters of the reference rows.`,
      );
    const tell = (phase: string) => (step: number, total: number) => progress({ step, total, phase });
    const base = await baseStatistics(reference.matrix, cluster, { signal, progress: tell('clusters') });
    const calibrated = calibrateDistributions(support, base.means, base.covariances, {
      tukeyLambda,
      neighbours,
      alpha,
    });
    const work = { signal, progress: tell('samples') };
    const drawn = await sampleDistributions(calibrated, samples, createRandom(seed('samples')), work);
    const { transformed } = calibrated;
    const learned = stackRows({ ...transformed, data: Float32Array.from(transformed.data) }, drawn);
    const classes = [
      ...known.label,
      ...Array.from(known.label).flatMap((label) => Array.from({ length: samples }, () => label)),
    ];
    const model = fitLogistic(learned, classes, { classes: labels.classNames.length, C });
    await predictRows(outputs, given, ({ matrix }) => predictLogistic(model, tukeyTransform(matrix, tukeyLambda)));
  },
});
