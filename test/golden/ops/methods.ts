import type { tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { dawidSkene, estimatePriors } from '@twoshot/ensembling';
import {
  adaptiveCalibrationError,
  areaUnderRoc,
  calinskiHarabaszIndex,
  cumulativeMatches,
  daviesBouldinIndex,
  meanAveragePrecision,
  meanPrecisionOfLists,
} from '@twoshot/evaluate';
import { lloyd, matrixOf } from '@twoshot/geometry';
import {
  compose,
  cosFaceLoss,
  decoupledContrastiveLoss,
  empSslLoss,
  inductionRouting,
  neuralTensorRelation,
  relationMseLoss,
  subCentreArcFaceLoss,
  ticoLoss,
  vicregLoss,
  type VicregOptions,
} from '@twoshot/nn';
import { layerOp } from '../layer-case.js';
import { lossOp } from '../loss-case.js';
import type { OpTable } from '../op-table.js';
import { exactMatrix, matrix as matrixIn, op } from './matrices.js';

export const ops: OpTable = {
  // The cosine classifier of Baseline++ is CosFace without a margin.
  'baseline-pp': lossOp(({ scale }, { matrix, labels }) =>
    cosFaceLoss(matrix('features'), matrix('weights'), labels('labels'), { scale: scale!, margin: 0 }),
  ),
  'arcface-sub-centre': lossOp((params, { matrix, labels }) =>
    subCentreArcFaceLoss(matrix('embeddings'), matrix('weights'), labels('labels'), params),
  ),
  dcl: lossOp((params, { matrix }) => decoupledContrastiveLoss(matrix('z1'), matrix('z2'), params)),
  tico: lossOp((params, { matrix }) => ({ ...ticoLoss(matrix('z1'), matrix('z2'), matrix('covariance'), params) })),
  'emp-ssl': lossOp((params, { cube }) => ({ ...empSslLoss(cube('z'), params) })),
  // The case takes the mean over views of what the loss here takes over pairs of views, and as the sum of two views.
  'vicreg-multi-view': lossOp((params, { cube }) => {
    const { simWeight, covWeight, ...options }: VicregOptions = params as never;
    const views = cube('z').shape[0];
    const perPair = (2 * views) / (views - 1);
    const weights = { simWeight: simWeight / perPair, covWeight: covWeight / 2 };
    const { loss, invariance, variance, covariance } = vicregLoss(cube('z'), { ...options, ...weights });
    return { loss, invariance: invariance / perPair, variance, covariance: covariance / 2 };
  }),
  'encode-induction-relation': layerOp(
    (params: { iterations: number; eps: number; reduction: 'mean' | 'sum' }, { support, tensor, queryLabels }) => {
      const dim = support!.shape[2]!;
      const induction = inductionRouting({ in: dim, out: dim, ...params }, createRandom(1));
      const relation = neuralTensorRelation({ dim, slices: tensor!.shape[0]! }, createRandom(1));
      return {
        module: compose({ induction, relation }),
        weights: {
          weight: 'induction.transform.weight',
          bias: 'induction.transform.bias',
          tensor: 'relation.tensor',
          relationWeight: 'relation.weight',
          relationBias: 'relation.bias',
        },
        data: ['support', 'query'],
        forward(given) {
          const { classes } = induction.forward(given['support'] as tf.Tensor3D);
          const scores = relation.forward(classes, given['query'] as tf.Tensor2D);
          return { classes, scores, ...relationMseLoss(scores, Int32Array.from(queryLabels!.data), params) };
        },
      };
    },
  ),
  'deepcluster-assign': op('tensor', async ({ iterations }: { iterations: number }, { banks, centroids }) => {
    const [views, rows, dim] = banks!.shape as [number, number, number];
    const [heads, clusters] = centroids!.shape as [number, number];
    const part = ({ data }: { data: readonly number[] }, at: number, count: number) =>
      matrixOf(count, dim, Float32Array.from(data.slice(at * count * dim, (at + 1) * count * dim)));
    const assignments: number[] = [];
    const prototypes: number[] = [];
    for (let head = 0; head < heads; head++) {
      const options = { iterations, spherical: true };
      const found = await lloyd(part(banks!, head % views, rows), part(centroids!, head, clusters), options);
      assignments.push(...found.labels);
      prototypes.push(...found.centroids.data);
    }
    return { assignments, prototypes };
  }),
  'calinski-harabasz': op('plain', (_: unknown, { points, labels }) => ({
    value: calinskiHarabaszIndex(matrixIn(points!), labels!.data),
  })),
  'davies-bouldin': op('plain', (_: unknown, { points, labels }) => ({
    value: daviesBouldinIndex(matrixIn(points!), labels!.data),
  })),
  'mean-average-precision-at-5': op('plain', (params: { threshold: number; k: number }, { scores, labels }) => ({
    ...meanPrecisionOfLists(exactMatrix(scores!), labels!.data, params),
  })),
  'cmc-rank': op('plain', (params: { ranks: number }, { scores, queryLabels, galleryLabels }) => ({
    ...cumulativeMatches(exactMatrix(scores!), queryLabels!.data, galleryLabels!.data, params),
  })),
  'retrieval-map': op('plain', (params: { cutoff: 'all' | 'r' }, { scores, queryLabels, galleryLabels }) => ({
    ...meanAveragePrecision(exactMatrix(scores!), queryLabels!.data, galleryLabels!.data, params),
  })),
  auroc: op('plain', (_: unknown, { scores, positive }) => ({ value: areaUnderRoc(scores!.data, positive!.data) })),
  'expected-calibration-adaptive': op('plain', ({ bins }: { bins: number }, { probabilities, labels }) => ({
    value: adaptiveCalibrationError(exactMatrix(probabilities!), labels!.data, bins),
  })),
  'dawid-skene': op('plain', (params: { classes: number; iterations: number }, { votes }) => {
    const { probabilities, ...found } = dawidSkene(votes!.data, votes!.shape[1]!, params);
    return { probabilities: probabilities.data, ...found };
  }),
  'prior-em': op('plain', (params: { iterations: number }, inputs) => {
    const { priors, probabilities } = estimatePriors(
      exactMatrix(inputs['probabilities']!),
      inputs['trainPriors']!.data,
      params,
    );
    return { priors, probabilities: probabilities.data };
  }),
};
