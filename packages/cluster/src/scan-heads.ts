import { tf } from '@twoshot/engine';
import { createRandom, type Random } from '@twoshot/engine/random';
import {
  compose,
  loadWeights,
  type Mode,
  type Module,
  saveWeights,
  scanLoss,
  selfLabelLoss,
  shuffledBatches,
  type TrainResult,
  type WeightTensor,
} from '@twoshot/nn';
import { oneGroup, runTraining, type TrainingContext } from '@twoshot/training';

type Head = Module<tf.Tensor2D, tf.Tensor2D>;

/** Features that heads are trained on, and for each row the rows that should share its cluster. */
export interface ScanData {
  /** [rows, dim] */
  readonly features: tf.Tensor2D;
  readonly k: number;
  /** [rows, k] positions of neighbours, -1 where there are fewer */
  readonly neighbours: Int32Array;
}

export interface ScanTraining {
  readonly context: TrainingContext;
  /** Name of this training phase. */
  readonly phase: string;
  readonly steps: number;
  readonly batch: number;
  /** Highest learning rate. */
  readonly learningRate: number;
  /** Decay of an average of the weights; 0 for none. */
  readonly average: number;
  readonly seed: number;
}

/** Output of a head for all rows. */
export interface HeadOutcome {
  /** [rows, clusters] */
  readonly probabilities: Float32Array;
  /** [rows] */
  readonly cluster: Int32Array;
  /** SCAN loss over all rows and all of their neighbours. */
  readonly loss: number;
  /** Number of non-empty clusters. */
  readonly used: number;
}

const training: Mode = { training: true };
const evaluation: Mode = { training: false };

/**
 * Trains heads on frozen features: each row and a random neighbour should be in one cluster, and all clusters should be
 * used (Van Gansbeke et al. 2020, section 2.2, which fine-tunes the network as well).
 */
export function trainScanHeads(
  heads: readonly Head[],
  { features, k, neighbours }: ScanData,
  options: ScanTraining & { entropyWeight: number },
): Promise<TrainResult> {
  const { entropyWeight, seed } = options;
  const random = createRandom(seed).fork('neighbours');
  const partnersOf = (positions: Uint32Array, step: number): Int32Array => {
    const draw = random.fork(step);
    return Int32Array.from(positions, (row) => {
      const partner = neighbours[row * k + draw.integer(k)]!;
      return partner < 0 ? row : partner;
    });
  };
  return trainOnRows(heads, features.shape[0], options, (positions, step) => {
    const x = tf.gather(features, indices([...positions, ...partnersOf(positions, step)]));
    return heads.map((head) => {
      const [anchors, partners] = tf.split<tf.Tensor2D>(head.forward(x, training), 2);
      return scanLoss(anchors!, partners!, { entropyWeight }).loss;
    });
  });
}

/**
 * Self-labelling: where a head is more confident than `threshold`, its cluster of a row becomes the label of the row's
 * features with a fraction `dropout` of them dropped (Van Gansbeke et al. 2020, section 2.3, where the harder view is a
 * strong augmentation of the image).
 */
export function selfLabelHeads(
  heads: readonly Head[],
  { features }: Pick<ScanData, 'features'>,
  options: ScanTraining & { threshold: number; dropout: number },
): Promise<TrainResult> {
  const { threshold, dropout, seed } = options;
  const random = createRandom(seed).fork('dropout');
  return trainOnRows(heads, features.shape[0], options, (positions, step) => {
    const weak = tf.gather(features, indices(positions));
    const strong = tf.mul<tf.Tensor2D>(weak, dropoutMask(weak.shape, dropout, random.fork(step)));
    return heads.map(
      (head) => selfLabelLoss(head.forward(weak, evaluation), head.forward(strong, training), { threshold }).loss,
    );
  });
}

function trainOnRows(
  heads: readonly Head[],
  rows: number,
  { context, batch, seed, ...part }: ScanTraining,
  losses: (positions: Uint32Array, step: number) => tf.Scalar[],
): Promise<TrainResult> {
  const batches = shuffledBatches({ count: rows, batch: Math.min(batch, rows), seed });
  return runTraining(context, {
    ...part,
    ...oneGroup(compose(Object.fromEntries(heads.entries()))),
    batch: (number) => Promise.resolve({ positions: batches(number) }),
    loss: ({ positions }, number) => ({
      loss: tf.div<tf.Scalar>(tf.addN(losses(positions, number)), heads.length),
    }),
  });
}

/** Clusters of all rows, and the loss for comparing heads, which needs no label. */
export function evaluateHead(head: Head, { features, k, neighbours }: ScanData, entropyWeight: number): HeadOutcome {
  const [rows] = features.shape;
  const result: { -readonly [Key in keyof HeadOutcome]: HeadOutcome[Key] } = {
    probabilities: new Float32Array(0),
    cluster: new Int32Array(rows),
    loss: 0,
    used: 0,
  };
  tf.tidy(() => {
    const logits = head.forward(features, evaluation);
    result.probabilities = tf.softmax(logits).dataSync<'float32'>().slice();
    result.cluster = tf.argMax(logits, 1).dataSync<'int32'>().slice();
    for (let rank = 0; rank < k; rank++) {
      const partners = Int32Array.from({ length: rows }, (_, row) => {
        const partner = neighbours[row * k + rank]!;
        return partner < 0 ? row : partner;
      });
      const { consistency, entropy } = scanLoss(logits, tf.gather(logits, indices(partners)));
      result.loss += (consistency - entropyWeight * entropy) / k;
    }
  });
  result.used = new Set(result.cluster).size;
  return result;
}

/** The weights of a head, for restoring. */
export const snapshot = (head: Head): Promise<Map<string, WeightTensor>> => saveWeights({ head });

export const restore = (head: Head, weights: ReadonlyMap<string, WeightTensor>): void =>
  loadWeights(head, weights, 'head');

const indices = (positions: ArrayLike<number>): tf.Tensor1D => tf.tensor1d(Int32Array.from(positions), 'int32');

/** [rows, dim] of 0 and 1 / (1 - share): the rest is scaled up, so that the mean is unchanged. */
function dropoutMask(shape: [number, number], share: number, random: Random): tf.Tensor2D {
  const values = Float32Array.from({ length: shape[0] * shape[1] }, () =>
    random.next() < share ? 0 : 1 / (1 - share),
  );
  return tf.tensor2d(values, shape);
}
