import type { tf } from '@twoshot/engine';
import { pairLoss } from '../pair-loss.js';
import { divisor, type Reduction } from '../reduction.js';

export interface ContrastiveOptions {
  /** Distance below which a positive pair costs nothing. */
  readonly posMargin: number;
  /** Distance above which a negative pair costs nothing. */
  readonly negMargin: number;
  readonly distance: 'euclidean' | 'squared-euclidean';
  readonly normalize: boolean;
  /** 1: the hinge itself; 2: its square, as Hadsell et al. 2006 have it, without their factor 1/2. */
  readonly hingePower: 1 | 2;
  readonly reduction: Reduction;
}

/**
 * Contrastive loss over all ordered pairs of a batch: relu(d - posMargin) of pairs of one class and
 * relu(negMargin - d) of pairs of two, each reduced apart and added (Hadsell, Chopra, LeCun 2006; defaults of
 * PyTorch Metric Learning). A kind of pair that does not occur counts 0.
 *
 * @param embeddings [batch, dim]
 * @param labels [batch]
 */
export function contrastiveLoss(
  embeddings: tf.Tensor2D,
  labels: Int32Array,
  options: Partial<ContrastiveOptions> = {},
): { readonly loss: tf.Scalar; readonly positiveLoss: number; readonly negativeLoss: number } {
  const {
    posMargin = 0,
    negMargin = 1,
    distance = 'euclidean',
    normalize = true,
    hingePower = 1,
    reduction = 'avg-nonzero',
  } = options;
  return pairLoss(embeddings, { measure: distance, normalize }, (matrix, batch) => {
    const [positive, negative] = [emptyTerms(), emptyTerms()];
    const slope = new Float64Array(matrix.length);
    for (let i = 0, at = 0; i < batch; i++)
      for (let j = 0; j < batch; j++, at++) {
        if (i === j) continue;
        const same = labels[i] === labels[j];
        const terms = same ? positive : negative;
        terms.count++;
        const hinge = same ? matrix[at]! - posMargin : negMargin - matrix[at]!;
        if (hinge <= 0) continue;
        terms.aboveZero++;
        terms.sum += hingePower === 1 ? hinge : hinge * hinge;
        slope[at] = (same ? 1 : -1) * (hingePower === 1 ? 1 : 2 * hinge);
      }
    const positives = divisor(reduction, positive.count, positive.aboveZero);
    const negatives = divisor(reduction, negative.count, negative.aboveZero);
    const [pull, push] = [1 / positives, 1 / negatives];
    for (let at = 0; at < slope.length; at++) slope[at]! *= slope[at]! > 0 ? pull : push;
    const positiveLoss = positive.sum / positives;
    const negativeLoss = negative.sum / negatives;
    return { loss: positiveLoss + negativeLoss, slope, parts: { positiveLoss, negativeLoss } };
  });
}

const emptyTerms = (): { count: number; aboveZero: number; sum: number } => ({ count: 0, aboveZero: 0, sum: 0 });
