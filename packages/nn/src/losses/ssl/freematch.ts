import { tf } from '@twoshot/engine';
import { requireFiniteValues } from '@twoshot/geometry';
import { closedForm } from '../closed-form.js';
import { confidenceOf, mostLikely, throughSoftmax } from '../confidence.js';

/** Running averages of FreeMatch; before the first step all are 1 / classes. */
export interface FreeMatchState {
  /** Of the confidence. */
  readonly tau: number;
  /** [classes] of the mean probabilities */
  readonly probModel: Float64Array;
  /** [classes] of the share of each pseudo-label */
  readonly labelHist: Float64Array;
}

/**
 * One step of FreeMatch's self-adaptive thresholds (Wang et al. 2023, equations 5-8): the averages take in this
 * batch, threshold_c = tau probModel_c / max probModel, and a row is kept where its confidence reaches the threshold
 * of its class.
 *
 * @param probs [batch, classes] probabilities of the weak view
 * @param options `momentum` of the averages; `clip` keeps tau in 0..0.95
 * @returns the state after the step, the thresholds [classes] and which rows are kept [batch]
 */
export function freeMatchThresholds(
  probs: ArrayLike<number>,
  state: FreeMatchState,
  { momentum = 0.999, clip = false }: { momentum?: number; clip?: boolean } = {},
): FreeMatchState & { readonly thresholds: Float64Array; readonly mask: Uint8Array } {
  const classes = state.probModel.length;
  const rows = probs.length / classes;
  requireFiniteValues(probs, classes, 'probabilities');
  requireFiniteValues([state.tau], 1, 'thresholds');
  requireFiniteState(state);
  const { label, confidence, probabilities } = mostLikely(new Float64Array(probs), rows, classes);
  const batch = Math.max(1, rows);
  const mean = new Float64Array(classes);
  const histogram = new Float64Array(classes);
  for (let at = 0; at < probabilities.length; at++) mean[at % classes]! += probabilities[at]! / batch;
  for (const predicted of label) histogram[predicted]! += 1 / batch;
  const average = (old: number, now: number): number => (rows === 0 ? old : momentum * old + (1 - momentum) * now);
  const surest = confidence.reduce((sum, value) => sum + value / batch, 0);
  const moved = average(state.tau, surest);
  const tau = clip ? Math.min(0.95, Math.max(0, moved)) : moved;
  const probModel = state.probModel.map((old, c) => average(old, mean[c]!));
  const labelHist = state.labelHist.map((old, c) => average(old, histogram[c]!));
  const largest = Math.max(...probModel);
  const thresholds = probModel.map((value) => (tau * value) / largest);
  const mask = Uint8Array.from(confidence, (value, row) => Number(value >= thresholds[label[row]!]!));
  return { tau, probModel, labelHist, thresholds, mask };
}

/**
 * FreeMatch's fairness term (Wang et al. 2023, equation 11) over the kept rows: sum_c a_c log(b_c + eps) with a =
 * norm(probModel / labelHist) and b = norm(mean probability / histogram of the most likely class), where 1 / 0 counts
 * 0. To be minimised with a small positive weight: it raises the cross-entropy and so spreads the classes. 0 where no
 * row is kept.
 *
 * @param strong [batch, classes] logits of the strong view
 * @param mask [batch] 1 where a row is kept
 */
export function freeMatchFairness(
  strong: tf.Tensor2D,
  mask: ArrayLike<number>,
  { probModel, labelHist }: Pick<FreeMatchState, 'probModel' | 'labelHist'>,
  { eps = 1e-12 }: { eps?: number } = {},
): { readonly loss: tf.Scalar } {
  requireFiniteState({ probModel, labelHist });
  return closedForm([strong], () => {
    const { rows, classes, probabilities, label } = confidenceOf(strong);
    const mean = new Float64Array(classes);
    const histogram = new Float64Array(classes);
    let kept = 0;
    for (let row = 0; row < rows; row++) {
      if (mask[row] === 0) continue;
      kept++;
      histogram[label[row]!]!++;
      for (let c = 0; c < classes; c++) mean[c]! += probabilities[row * classes + c]!;
    }
    // Means and histogram are divided by the same number of rows, which cancels when b is normalised.
    const inverse = histogram.map((count) => (count > 0 ? 1 / count : 0));
    const wanted = normalised(probModel.map((value, c) => (labelHist[c]! > 0 ? value / labelHist[c]! : 0)));
    const raw = mean.map((value, c) => value * inverse[c]!);
    const total = raw.reduce((sum, value) => sum + value, 0);
    const found = normalised(raw);
    let loss = 0;
    let along = 0;
    const onFound = found.map((value, c) => {
      if (kept === 0) return 0;
      loss += wanted[c]! * Math.log(value + eps);
      const slope = wanted[c]! / (value + eps);
      along += slope * value;
      return slope;
    });
    const onMean = onFound.map((slope, c) => (total > 0 ? ((slope - along) * inverse[c]!) / total : 0));
    return {
      loss,
      parts: {},
      gradients: (upstream) => {
        const gradient = new Float64Array(rows * classes);
        for (let row = 0; row < rows; row++)
          if (mask[row] !== 0) for (let c = 0; c < classes; c++) gradient[row * classes + c] = upstream * onMean[c]!;
        return [tf.tensor2d(new Float32Array(throughSoftmax(probabilities, gradient, classes)), strong.shape)];
      },
    };
  });
}

function requireFiniteState({ probModel, labelHist }: Pick<FreeMatchState, 'probModel' | 'labelHist'>): void {
  requireFiniteValues(probModel, probModel.length, 'running probabilities');
  requireFiniteValues(labelHist, labelHist.length, 'running label shares');
}

function normalised(values: Float64Array): Float64Array {
  const sum = values.reduce((total, value) => total + value, 0);
  return sum > 0 ? values.map((value) => value / sum) : values;
}
