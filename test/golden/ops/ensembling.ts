import {
  fitTemperature,
  geometricMean,
  type GreedyOptions,
  majorityVote,
  meanLogits,
  meanProbabilities,
  type ModelStack,
  rankAverage,
  runningAverages,
  selectGreedily,
  stackModels,
} from '@twoshot/ensembling';
import { featureMean } from '@twoshot/geometry';
import type { GoldenTensor, OpTable } from '../op-table.js';
import { exactMatrix, op } from './matrices.js';

const models = ({ shape, data }: GoldenTensor): ModelStack => ({
  models: shape[0]!,
  rows: shape[1]!,
  classes: shape[2]!,
  data: Float64Array.from(data),
});

export const ops: OpTable = {
  'mean-probs': op('plain', (_: unknown, inputs) => ({
    probabilities: meanProbabilities(models(inputs['probabilities']!)).data,
  })),
  'weighted-mean': op('plain', (_: unknown, inputs) => ({
    probabilities: meanProbabilities(models(inputs['probabilities']!), inputs['weights']!.data).data,
  })),
  'geometric-mean': op('plain', ({ epsilon }: { epsilon: number }, inputs) => ({
    probabilities: geometricMean(models(inputs['probabilities']!), epsilon).data,
  })),
  'rank-average': op('plain', (_: unknown, inputs) => ({
    scores: rankAverage(models(inputs['probabilities']!)).data,
  })),
  'logit-average': op('plain', (_: unknown, inputs) => {
    const { logits, probabilities } = meanLogits(models(inputs['logits']!));
    return { logits: logits.data, probabilities: probabilities.data };
  }),
  'majority-vote': op('plain', (_: unknown, inputs) => {
    const { votes, labels } = majorityVote(models(inputs['probabilities']!));
    return { votes: votes.data, labels };
  }),
  'feature-mean': op('plain', (_: unknown, inputs) => {
    const [views, rows, dim] = inputs['features']!.shape;
    return { features: featureMean(Float64Array.from(inputs['features']!.data), views!, rows!, dim!).data };
  }),
  'weight-average': op('plain', (_: unknown, inputs) => {
    const { shape, data } = inputs['snapshots']!;
    const running = runningAverages(data, shape[0]!);
    return { running, average: running.slice(-data.length / shape[0]!) };
  }),
  'temperature-scaling': op('plain', (params: { minimum: number; maximum: number }, inputs) => ({
    ...fitTemperature(exactMatrix(inputs['logits']!), inputs['labels']!.data, params),
  })),
  'greedy-selection': op('plain', (params: GreedyOptions, inputs) => ({
    ...selectGreedily(models(inputs['probabilities']!), inputs['labels']!.data, params),
  })),
  stacking: op('plain', (params: { classes: number; C: number }, inputs) => {
    const [fitted, applied] = [models(inputs['probabilities']!), models(inputs['testProbabilities']!)];
    return { probabilities: stackModels(fitted, inputs['labels']!.data, applied, params).data };
  }),
};
