import {
  accuracy,
  adjustedMutualInformation,
  adjustedRandIndex,
  balancedAccuracy,
  brierScore,
  clusterAccuracy,
  confusionMatrix,
  expectedCalibrationError,
  fowlkesMallowsIndex,
  macroF1,
  manyToOneAccuracy,
  mcnemarTest,
  negativeLogLikelihood,
  normalisedMutualInformation,
  silhouette,
  topKAccuracy,
  wilcoxonTest,
} from '@twoshot/evaluate';
import { nameClusters, type NamingOptions } from '@twoshot/fewshot';
import {
  applyWhitening,
  assignRows,
  denseFromGraph,
  entropyWeights,
  fitPca,
  fitWhitening,
  graphFromDense,
  kmeansStep,
  lloyd,
  nearestNeighbours,
  neighbourGraph,
  normaliseGraph,
  projectPca,
  sphericalObjective,
  tsneAffinities,
  tsneDivergence,
  tsneGradient,
} from '@twoshot/geometry';
import type { GoldenOp, OpTable } from '../op-table.js';
import { exactMatrix, op, matrix } from './matrices.js';

interface Sides {
  readonly classes: number;
  readonly clusters: number;
}

/** A score of predicted labels against true ones. */
const score = (
  run: (truth: readonly number[], predicted: readonly number[], params: never) => number,
  name = 'value',
): GoldenOp =>
  op('plain', (params: never, inputs) => ({ [name]: run(inputs['truth']!.data, inputs['predicted']!.data, params) }));

export const ops: OpTable = {
  'kmeans-step': op('tensor', (_: unknown, inputs) => {
    const { labels, updated, inertia } = kmeansStep(matrix(inputs['points']!), matrix(inputs['centroids']!));
    return { labels, updatedCentroids: updated.data, inertia };
  }),
  'kmeans-run': op('tensor', async (params: { iterations: number }, inputs) => {
    const result = await lloyd(matrix(inputs['points']!), matrix(inputs['centroids']!), params);
    return { labels: result.labels, centroids: result.centroids.data, inertia: result.inertia };
  }),
  'spherical-kmeans-run': op('tensor', async (params: { iterations: number }, inputs) => {
    const points = matrix(inputs['points']!);
    const result = await lloyd(points, matrix(inputs['centroids']!), { ...params, spherical: true });
    return { labels: result.labels, centroids: result.centroids.data, objective: sphericalObjective(points, result) };
  }),
  hungarian: op('plain', (params: { maximise: boolean }, inputs) => {
    const { columnOf, totalCost } = assignRows(exactMatrix(inputs['cost']!), params);
    return { assignment: columnOf, totalCost };
  }),
  'hungarian-cost': op('plain', (params: { maximise: boolean }, inputs) => ({
    totalCost: assignRows(exactMatrix(inputs['cost']!), params).totalCost,
  })),
  nmi: score(normalisedMutualInformation),
  ami: score(adjustedMutualInformation),
  ari: score(adjustedRandIndex),
  fmi: score(fowlkesMallowsIndex),
  'cluster-accuracy': score(
    (truth, predicted, { classes, clusters }: Sides) => clusterAccuracy(truth, predicted, classes, clusters),
    'accuracy',
  ),
  'many-to-one-accuracy': score(
    (truth, predicted, { classes, clusters }: Sides) => manyToOneAccuracy(truth, predicted, classes, clusters),
    'accuracy',
  ),
  'confusion-matrix': op('plain', ({ classes }: { classes: number }, inputs) => ({
    matrix: confusionMatrix(inputs['truth']!.data, inputs['predicted']!.data, classes),
  })),
  silhouette: op('plain', (_: unknown, inputs) => ({
    ...silhouette(matrix(inputs['points']!), inputs['labels']!.data),
  })),
  'cluster-naming': op('plain', (params: NamingOptions, inputs) => {
    const { votes, names } = nameClusters(matrix(inputs['clusterProbabilities']!), inputs['labels']!.data, params);
    return { votes: votes.data, names };
  }),
  'nearest-neighbours': op('tensor', async ({ k }: { k: number }, inputs) => {
    const { position, similarity } = await nearestNeighbours(matrix(inputs['features']!), k);
    return { indices: position, similarities: similarity };
  }),
  'knn-graph': op('tensor', async ({ k, power }: { k: number; power: number }, inputs) => {
    const lists = await nearestNeighbours(matrix(inputs['features']!), k);
    const graph = neighbourGraph(lists, { power, symmetry: 'sum' });
    return { weights: denseFromGraph(graph).data, normalised: denseFromGraph(normaliseGraph(graph)).data };
  }),
  'tsne-affinities': op('tensor', async (params: { perplexity: number }, inputs) => {
    const { conditional, joint } = await tsneAffinities(matrix(inputs['points']!), params);
    return { conditional: denseFromGraph(conditional).data, joint: denseFromGraph(joint).data };
  }),
  'tsne-kl': op('plain', (_: unknown, inputs) => ({
    kl: tsneDivergence(graphFromDense(exactMatrix(inputs['joint']!)), exactMatrix(inputs['embedding']!)),
  })),
  'tsne-gradient': op('plain', (_: unknown, inputs) => ({
    gradient: tsneGradient(graphFromDense(exactMatrix(inputs['joint']!)), exactMatrix(inputs['embedding']!)).data,
  })),
  pca: op('tensor', async ({ components }: { components: number }, inputs) => {
    const points = matrix(inputs['points']!);
    const pca = await fitPca(points, components);
    const { mean, explainedVariance, explainedVarianceRatio } = pca;
    const projected = (await projectPca(points, pca)).data;
    return { mean, components: pca.components.data, explainedVariance, explainedVarianceRatio, projected };
  }),
  whitening: op('tensor', async ({ epsilon }: { epsilon: number }, inputs) => {
    const points = matrix(inputs['points']!);
    const whitening = await fitWhitening(points, epsilon);
    const whitened = (await applyWhitening(points, whitening)).data;
    return { mean: whitening.mean, matrix: whitening.matrix.data, whitened };
  }),
  'entropy-weights': op('plain', (_: unknown, inputs) => {
    const { probabilities, weights } = entropyWeights(exactMatrix(inputs['scores']!));
    return { probabilities: probabilities.data, weights };
  }),
  ece: op('plain', ({ bins }: { bins: number }, inputs) => ({
    value: expectedCalibrationError(exactMatrix(inputs['probabilities']!), inputs['labels']!.data, bins),
  })),
  brier: op('plain', (_: unknown, inputs) => ({
    value: brierScore(exactMatrix(inputs['probabilities']!), inputs['labels']!.data),
  })),
  nll: op('plain', ({ epsilon }: { epsilon: number }, inputs) => ({
    value: negativeLogLikelihood(exactMatrix(inputs['probabilities']!), inputs['labels']!.data, epsilon),
  })),
  accuracy: score(accuracy),
  'balanced-accuracy': score((truth, predicted, { classes }: Sides) => balancedAccuracy(truth, predicted, classes)),
  'macro-f1': score((truth, predicted, { classes }: Sides) => macroF1(truth, predicted, classes)),
  'top-k-accuracy': op('plain', ({ k }: { k: number }, inputs) => ({
    value: topKAccuracy(exactMatrix(inputs['scores']!), inputs['labels']!.data, k),
  })),
  mcnemar: op('plain', (_: unknown, inputs) => ({
    ...mcnemarTest(inputs['correctA']!.data, inputs['correctB']!.data),
  })),
  wilcoxon: op('plain', ({ method }: { method: 'exact' | 'normal' }, inputs) => ({
    ...wilcoxonTest(inputs['first']!.data, inputs['second']!.data, method),
  })),
};
