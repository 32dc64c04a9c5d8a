import { meanConfidenceInterval } from '@twoshot/evaluate';
import {
  calibrateDistributions,
  type CalibrationOptions,
  knnVotes,
  type LaplacianOptions,
  laplacianShot,
  latentSpaceFeatures,
  type LatentSpaceOptions,
  type LogitOptions,
  matchingAttention,
  type PowerOptions,
  prototypicalLogits,
  ptMapFeatures,
  rbfGraph,
  rectifyPrototypes,
  simpleShot,
  type SimpleShotTransform,
  timAdm,
  type TimOptions,
  type TransformedPair,
  transportClasses,
  type TransportOptions,
  type VoteOptions,
} from '@twoshot/fewshot';
import {
  argMaxRows,
  classMeans,
  fitLogistic,
  graphFromDense,
  type LogisticOptions,
  normaliseGraph,
  normaliseRowSums,
  oneHot,
  predictLogistic,
  sinkhorn,
  softmaxRows,
  solveLabels,
  spreadLabels,
} from '@twoshot/geometry';
import type { GoldenInputs, GoldenOutput, OpTable } from '../op-table.js';
import { exactMatrix, matrix, op, singles } from './matrices.js';

interface Classes {
  readonly classes: number;
}

async function transported(
  { support, query }: TransformedPair,
  inputs: GoldenInputs,
  params: TransportOptions,
): Promise<Record<string, GoldenOutput>> {
  const labels = inputs['supportLabels']!.data;
  const marginals = inputs['columnMarginals']!.data;
  const { prototypes, assignment } = await transportClasses(support, labels, query, marginals, params);
  return {
    transformedSupport: support.data,
    transformedQuery: query.data,
    prototypes: prototypes.data,
    assignment: assignment.data,
    labels: argMaxRows(assignment),
  };
}

export const ops: OpTable = {
  'knn-classify': op('tensor', async (params: Omit<VoteOptions, 'neighbours'> & { k: number }, inputs) => {
    const [support, query] = [matrix(inputs['support']!), matrix(inputs['query']!)];
    const options = { ...params, neighbours: params.k };
    const scores = await knnVotes(support, inputs['supportLabels']!.data, query, options);
    return { scores: scores.data, labels: argMaxRows(scores) };
  }),
  prototypes: op('plain', ({ classes }: Classes, inputs) => {
    const { means, counts } = classMeans(matrix(inputs['features']!), inputs['labels']!.data, classes);
    return { prototypes: means.data, counts };
  }),
  'prototypical-logits': op('plain', (params: LogitOptions, inputs) => {
    const logits = prototypicalLogits(matrix(inputs['prototypes']!), matrix(inputs['query']!), params);
    return { logits: logits.data, probabilities: softmaxRows(logits).data };
  }),
  'matching-attention': op('plain', (params: Classes & { epsilon: number }, inputs) => {
    const [support, query] = [matrix(inputs['support']!), matrix(inputs['query']!)];
    const result = matchingAttention(support, inputs['supportLabels']!.data, query, params);
    const { attention, probabilities, logProbabilities } = result;
    return { attention: attention.data, probabilities: probabilities.data, logProbabilities: logProbabilities.data };
  }),
  simpleshot: op('plain', (params: Classes & { transform: SimpleShotTransform }, inputs) => {
    const [support, query] = [matrix(inputs['support']!), matrix(inputs['query']!)];
    const baseMean = singles(inputs['baseMean']!);
    const { prototypes, distances, labels } = simpleShot(
      support,
      inputs['supportLabels']!.data,
      query,
      baseMean,
      params,
    );
    return { prototypes: prototypes.data, distances: distances.data, labels };
  }),
  'bd-cspn': op('plain', (params: Classes & { temperature: number }, inputs) => {
    const [support, query] = [matrix(inputs['support']!), matrix(inputs['query']!)];
    const result = rectifyPrototypes(support, inputs['supportLabels']!.data, query, params);
    const { pseudoLabels, prototypes, cosines } = result;
    return { pseudoLabels, prototypes: prototypes.data, labels: argMaxRows(cosines) };
  }),
  sinkhorn: op('plain', (params: { lambda: number }, inputs) => {
    const [rows, columns] = [inputs['rowMarginals']!.data, inputs['columnMarginals']!.data];
    const { plan, transportCost } = sinkhorn(exactMatrix(inputs['cost']!), rows, columns, params);
    return { plan: plan.data, transportCost };
  }),
  'pt-map': op('tensor', (params: PowerOptions & TransportOptions, inputs) =>
    transported(ptMapFeatures(matrix(inputs['support']!), matrix(inputs['query']!), params), inputs, params),
  ),
  'ot-mapping': op('tensor', (params: LatentSpaceOptions & TransportOptions, inputs) =>
    transported(latentSpaceFeatures(matrix(inputs['support']!), matrix(inputs['query']!), params), inputs, params),
  ),
  'laplacian-shot': op('tensor', async (params: LaplacianOptions, inputs) => {
    const { assignment, energy } = await laplacianShot(matrix(inputs['prototypes']!), matrix(inputs['query']!), params);
    return { assignment: assignment.data, labels: argMaxRows(assignment), energy };
  }),
  'tim-adm': op('tensor', async (params: TimOptions, inputs) => {
    const [support, query] = [matrix(inputs['support']!), matrix(inputs['query']!)];
    const { prototypes, assignment } = await timAdm(support, inputs['supportLabels']!.data, query, params);
    return { prototypes: prototypes.data, assignment: assignment.data, labels: argMaxRows(assignment) };
  }),
  'label-propagation': op('plain', async ({ classes, alpha }: Classes & { alpha: number }, inputs) => {
    const graph = normaliseGraph(graphFromDense(exactMatrix(inputs['weights']!)));
    const scores = await solveLabels(graph, oneHot(inputs['labels']!.data, classes), { alpha });
    return { scores: scores.data, labels: argMaxRows(scores) };
  }),
  'label-spreading': op(
    'plain',
    async (params: Classes & { alpha: number; gamma: number; iterations: number }, inputs) => {
      const { alpha, gamma, iterations, classes } = params;
      const graph = normaliseGraph(rbfGraph(matrix(inputs['features']!), gamma));
      const source = oneHot(inputs['labels']!.data, classes);
      const distributions = normaliseRowSums(await spreadLabels(graph, source, { alpha, rounds: iterations }));
      return { distributions: distributions.data, labels: argMaxRows(distributions) };
    },
  ),
  'distribution-calibration': op('plain', (params: CalibrationOptions, inputs) => {
    const [support, baseMeans] = [matrix(inputs['support']!), matrix(inputs['baseMeans']!)];
    const result = calibrateDistributions(support, baseMeans, singles(inputs['baseCovariances']!), params);
    return { transformed: result.transformed.data, means: result.means.data, covariances: result.covariances };
  }),
  'logistic-regression': op('plain', (params: LogisticOptions, inputs) => {
    const model = fitLogistic(matrix(inputs['features']!), inputs['labels']!.data, params);
    const { coefficients, intercepts, objective } = model;
    const probabilities = predictLogistic(model, matrix(inputs['query']!));
    return { coefficients: coefficients.data, intercepts, objective, probabilities: probabilities.data };
  }),
  'mean-confidence-interval': op('plain', (params: { level: number; distribution: 'normal' | 't' }, inputs) => ({
    ...meanConfidenceInterval(inputs['accuracies']!.data, params.level, params.distribution),
  })),
};
