import {
  arcFaceLoss,
  circleLoss,
  contrastiveLoss,
  contrastivePairsLoss,
  cosFaceLoss,
  focalLoss,
  generalisedLiftedStructureLoss,
  liftedStructureLoss,
  mineMultiSimilarity,
  multiSimilarityLoss,
  nPairLoss,
  prototypicalLoss,
  proxyAnchorLoss,
  rankedListLoss,
  relationMseLoss,
  supConLoss,
  tripletBatchHardLoss,
  tripletLoss,
  tripletSemiHardLoss,
} from '@twoshot/nn';
import { tf } from '@twoshot/engine';
import { lossOp } from '../loss-case.js';
import type { OpTable } from '../op-table.js';

export const ops: OpTable = {
  contrastive: lossOp((params, { matrix, labels }) => contrastiveLoss(matrix('embeddings'), labels('labels'), params)),
  'contrastive-pairs': lossOp((params, { matrix, labels }) =>
    contrastivePairsLoss(matrix('a'), matrix('b'), labels('same'), params),
  ),
  triplet: lossOp((params, { matrix, labels }) => tripletLoss(matrix('embeddings'), labels('labels'), params)),
  'triplet-semi-hard': lossOp((params, { matrix, labels }) =>
    tripletSemiHardLoss(matrix('embeddings'), labels('labels'), params),
  ),
  'triplet-batch-hard': lossOp((params, { matrix, labels }) =>
    tripletBatchHardLoss(matrix('embeddings'), labels('labels'), params),
  ),
  'n-pair-mc': lossOp((params, { matrix }) => nPairLoss(matrix('anchors'), matrix('positives'), params)),
  'lifted-structure': lossOp((params, { matrix, labels }) =>
    liftedStructureLoss(matrix('embeddings'), labels('labels'), params),
  ),
  'lifted-structure-generalised': lossOp((params, { matrix, labels }) =>
    generalisedLiftedStructureLoss(matrix('embeddings'), labels('labels'), params),
  ),
  'ranked-list': lossOp((params, { matrix, labels }) => rankedListLoss(matrix('embeddings'), labels('labels'), params)),
  'multi-similarity': lossOp((params, { matrix, labels }) =>
    multiSimilarityLoss(matrix('embeddings'), labels('labels'), params),
  ),
  'multi-similarity-miner': {
    tensor: true,
    trains: 'loss',
    run: (params, { embeddings, labels }) =>
      tf.tidy(() => {
        const rows = tf.tensor2d([...embeddings!.data], embeddings!.shape as [number, number]);
        const mask = mineMultiSimilarity(rows, Int32Array.from(labels!.data), params);
        return { positiveMask: mask.positive, negativeMask: mask.negative };
      }),
  },
  arcface: lossOp((params, { matrix, labels }) =>
    arcFaceLoss(matrix('embeddings'), matrix('weights'), labels('labels'), params),
  ),
  cosface: lossOp((params, { matrix, labels }) =>
    cosFaceLoss(matrix('embeddings'), matrix('weights'), labels('labels'), params),
  ),
  focal: lossOp((params, { matrix, labels }) => focalLoss(matrix('logits'), labels('labels'), params)),
  'sup-con': lossOp((params, { matrix, labels }) => supConLoss(matrix('embeddings'), labels('labels'), params)),
  'proto-nll': lossOp((params, { matrix, labels }) =>
    prototypicalLoss(matrix('support'), labels('supportLabels'), matrix('query'), labels('queryLabels'), params),
  ),
  'relation-mse': lossOp((params, { matrix, labels }) => relationMseLoss(matrix('scores'), labels('labels'), params)),
  'proxy-anchor': lossOp((params, { matrix, labels }) =>
    proxyAnchorLoss(matrix('embeddings'), matrix('proxies'), labels('labels'), params),
  ),
  circle: lossOp((params, { matrix, labels }) => circleLoss(matrix('embeddings'), labels('labels'), params)),
};
