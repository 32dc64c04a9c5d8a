import { tf } from '@twoshot/engine';
import {
  arcFaceLoss,
  circleLoss,
  contrastiveLoss,
  cosFaceLoss,
  focalLoss,
  generalisedLiftedStructureLoss,
  liftedStructureLoss,
  multiSimilarityLoss,
  nPairLoss,
  proxyAnchorLoss,
  rankedListLoss,
  subCentreArcFaceLoss,
  supConLoss,
  tripletBatchHardLoss,
  tripletLoss,
  tripletSemiHardLoss,
} from '@twoshot/nn';
import type { MetricLossName, MinerName } from './metric-names.js';

export interface MetricSettings {
  readonly miner: MinerName;
  /** In the units of the loss; null for its default. */
  readonly margin: number | null;
  /** Factor of the cosines; null for the default of the loss. */
  readonly scale: number | null;
  readonly temperature: number;
  readonly subCentres: number;
}

/** A loss on the features of a class-balanced batch. */
export interface MetricLoss {
  /** Vectors that it learns per class; 0 if it only compares images. */
  readonly vectors: (settings: MetricSettings) => number;
  /** Miners that it supports, in addition to none. */
  readonly miners: readonly MinerName[];
  /**
   * @param x [images, dim] features
   * @param labels [images]
   * @param vectors [classes * vectors, dim], those of a class together; null where there are none
   */
  compute(x: tf.Tensor2D, labels: Int32Array, settings: MetricSettings, vectors: tf.Tensor2D | null): tf.Scalar;
}

/** Only the options that are set, so that the others keep the defaults of the loss. */
function given<K extends string>(options: Readonly<Record<K, number | null>>): Partial<Record<K, number>> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null)) as Partial<
    Record<K, number>
  >;
}

type OfPairs = (x: tf.Tensor2D, labels: Int32Array, settings: MetricSettings) => tf.Scalar;
type OfClasses = (...given: [...Parameters<OfPairs>, vectors: tf.Tensor2D]) => tf.Scalar;

const ofPairs = (compute: OfPairs, miners: readonly MinerName[] = []): MetricLoss => ({
  vectors: () => 0,
  miners,
  compute,
});

const ofClasses = (compute: OfClasses, vectors: MetricLoss['vectors'] = () => 1): MetricLoss => ({
  vectors,
  miners: [],
  compute: (x, labels, settings, own) => compute(x, labels, settings, own!),
});

const triplets = { none: tripletLoss, 'semi-hard': tripletSemiHardLoss, 'batch-hard': tripletBatchHardLoss };

/** Where losses take class vectors as columns. */
const columns = (vectors: tf.Tensor2D): tf.Tensor2D => tf.transpose(vectors);

export const metricLosses: Readonly<Record<MetricLossName, MetricLoss>> = {
  contrastive: ofPairs((x, labels, { margin }) => contrastiveLoss(x, labels, given({ negMargin: margin })).loss),
  triplet: ofPairs(
    (x, labels, { miner, margin }) =>
      triplets[miner === 'multi-similarity' ? 'none' : miner](x, labels, given({ margin })).loss,
    ['semi-hard', 'batch-hard'],
  ),
  'n-pair': ofPairs((x, labels) => {
    const [anchors, positives] = firstTwo(labels).map((rows) => tf.gather(x, tf.tensor1d(rows, 'int32')));
    return nPairLoss(anchors!, positives!, { l2Reg: 0.02 }).loss;
  }),
  'lifted-structure': ofPairs((x, labels, { margin }) => liftedStructureLoss(x, labels, given({ margin })).loss),
  'generalised-lifted-structure': ofPairs(
    (x, labels, { margin }) => generalisedLiftedStructureLoss(x, labels, given({ negMargin: margin })).loss,
  ),
  'ranked-list': ofPairs((x, labels, { margin }) => rankedListLoss(x, labels, given({ margin })).loss),
  'multi-similarity': ofPairs(
    (x, labels, { miner }) =>
      multiSimilarityLoss(x, labels, { minerEpsilon: miner === 'multi-similarity' ? 0.1 : null }).loss,
    ['multi-similarity'],
  ),
  circle: ofPairs((x, labels, { margin, scale }) => circleLoss(x, labels, given({ margin, gamma: scale })).loss),
  'supervised-contrastive': ofPairs((x, labels, { temperature }) => supConLoss(x, labels, { temperature }).loss),
  arcface: ofClasses(
    (x, labels, { margin, scale }, vectors) => arcFaceLoss(x, columns(vectors), labels, given({ margin, scale })).loss,
  ),
  'sub-centre-arcface': ofClasses(
    (x, labels, { margin, scale, subCentres }, vectors) =>
      subCentreArcFaceLoss(x, columns(vectors), labels, { subCentres, ...given({ margin, scale }) }).loss,
    ({ subCentres }) => subCentres,
  ),
  cosface: ofClasses(
    (x, labels, { margin, scale }, vectors) => cosFaceLoss(x, columns(vectors), labels, given({ margin, scale })).loss,
  ),
  focal: ofClasses((x, labels, _, vectors) => focalLoss(tf.matMul(x, vectors, false, true), labels).loss),
  'proxy-anchor': ofClasses(
    (x, labels, { margin, scale }, vectors) =>
      proxyAnchorLoss(x, vectors, labels, given({ margin, alpha: scale })).loss,
  ),
};

/** The places of the first image of every class and of the second one. */
function firstTwo(labels: Int32Array): [Int32Array, Int32Array] {
  const firsts = Int32Array.from(new Set(labels), (label) => labels.indexOf(label));
  return [firsts, firsts.map((first) => first + 1)];
}
