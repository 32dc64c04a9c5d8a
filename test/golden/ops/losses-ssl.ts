import {
  barlowTwinsLoss,
  byolLoss,
  coRefinedTargets,
  deepClusterLoss,
  dinoCenter,
  dinoLoss,
  distributionAlignment,
  doubleSoftmaxLoss,
  fastSiamLoss,
  fixMatchLoss,
  freeMatchFairness,
  freeMatchThresholds,
  labelSmoothingLoss,
  mixupLoss,
  mocoLoss,
  nnclrLoss,
  ntXentLoss,
  rotationLoss,
  rucLabelSmoothingLoss,
  scanLoss,
  selfLabelLoss,
  simsiamLoss,
  sinkhornCodes,
  swavLoss,
  uniformAlignment,
  vicregLoss,
} from '@twoshot/nn';
import { tf } from '@twoshot/engine';
import { lossOp } from '../loss-case.js';
import type { OpTable } from '../op-table.js';

export const ops: OpTable = {
  simsiam: lossOp((_, { matrix }) => simsiamLoss(matrix('p1'), matrix('p2'), matrix('z1'), matrix('z2'))),
  byol: lossOp((params, { matrix }) => byolLoss(matrix('q1'), matrix('q2'), matrix('z1'), matrix('z2'), params)),
  fastsiam: lossOp((params, { cube }) => fastSiamLoss(cube('p'), cube('z'), params)),
  'nt-xent': lossOp((params, { matrix }) => ntXentLoss(matrix('z1'), matrix('z2'), params)),
  'moco-infonce': lossOp((params, { matrix }) => mocoLoss(matrix('q'), matrix('k'), matrix('queue'), params)),
  nnclr: lossOp((params, { matrix }) =>
    nnclrLoss(matrix('p1'), matrix('p2'), matrix('z1'), matrix('z2'), matrix('queue'), params),
  ),
  'barlow-twins': lossOp((params, { matrix }) => barlowTwinsLoss(matrix('z1'), matrix('z2'), params)),
  vicreg: lossOp((params, { matrix }) => ({
    ...vicregLoss(tf.stack([matrix('z1'), matrix('z2')]) as tf.Tensor3D, params),
  })),
  dino: lossOp((params, { cube, vector }) => ({
    ...dinoLoss(cube('student'), cube('teacher'), vector('center'), params),
    center: dinoCenter(cube('teacher'), vector('center'), { momentum: params['centerMomentum']! }),
  })),
  'sinkhorn-codes': {
    tensor: true,
    trains: 'loss',
    run: (params, { scores }) =>
      tf.tidy(() => {
        const codes = sinkhornCodes(tf.tensor2d([...scores!.data], scores!.shape as [number, number]), params);
        return { codes: codes.dataSync() };
      }),
  },
  swav: lossOp((params, { matrix }) => ({ ...swavLoss(matrix('scores1'), matrix('scores2'), params) })),
  'deepcluster-ce': lossOp((params, { matrix, cube, labels }) =>
    deepClusterLoss(matrix('embeddings'), cube('prototypes'), labels('assignments'), params),
  ),
  'rotation-ce': lossOp((_, { matrix, labels }) => ({
    ...rotationLoss(matrix('logits'), tf.tensor1d(labels('labels'), 'int32')),
  })),
  scan: lossOp((params, { matrix }) => scanLoss(matrix('anchors'), matrix('neighbours'), params)),
  'self-label': lossOp((params, { matrix }) => selfLabelLoss(matrix('weak'), matrix('strong'), params)),
  'ruc-co-refine': {
    tensor: false,
    trains: 'loss',
    run: (params, { labels, otherProbs, weights }) => ({
      targets: coRefinedTargets(labels!.data, otherProbs!.data, weights!.data, params),
    }),
  },
  'ruc-label-smoothing': lossOp((params, { matrix, labels }) => ({
    ...rucLabelSmoothingLoss(matrix('logits'), labels('labels'), params),
  })),
  'label-smoothing-ce': lossOp((params, { matrix, labels }) => ({
    ...labelSmoothingLoss(matrix('logits'), labels('labels'), params),
  })),
  'spice-double-softmax-ce': lossOp((_, { matrix, labels }) => doubleSoftmaxLoss(matrix('logits'), labels('labels'))),
  'fixmatch-masked-ce': lossOp((params, { matrix }) => fixMatchLoss(matrix('weak'), matrix('strong'), params)),
  'freematch-thresholds': {
    tensor: false,
    trains: 'loss',
    run: (params, { probs, tau, probModel, labelHist }) => ({
      ...freeMatchThresholds(
        probs!.data,
        {
          tau: tau!.data[0]!,
          probModel: Float64Array.from(probModel!.data),
          labelHist: Float64Array.from(labelHist!.data),
        },
        params,
      ),
    }),
  },
  'freematch-fairness': lossOp((params, { matrix, vector, labels }) =>
    freeMatchFairness(
      matrix('strong'),
      labels('mask'),
      {
        probModel: Float64Array.from(vector('probModel').dataSync()),
        labelHist: Float64Array.from(vector('labelHist').dataSync()),
      },
      params,
    ),
  ),
  'uniform-alignment': {
    tensor: false,
    trains: 'loss',
    run: (params, { probs, ema }) => ({ ...uniformAlignment(probs!.data, ema!.data, params) }),
  },
  'distribution-alignment': {
    tensor: false,
    trains: 'loss',
    run: (params, { probs, labelledProbs, ema, emaTarget }) => ({
      ...distributionAlignment(
        probs!.data,
        labelledProbs!.data,
        { ema: ema!.data, emaTarget: emaTarget!.data },
        params,
      ),
    }),
  },
  'mixup-ce': lossOp((params, { matrix, labels }) =>
    mixupLoss(matrix('logits'), labels('labelsA'), labels('labelsB'), { lambda: params['lambda']! }),
  ),
};
