import { tf } from '@twoshot/engine';
import { closedForm } from '../closed-form.js';
import { logSumExp } from '../log-sum-exp.js';

/**
 * Focal loss in its softmax form (Lin et al. 2017): -alpha[label] (1 - p)^gamma log p with p the probability of the
 * label. `mean` divides by the batch, not by the sum of alpha.
 *
 * @param logits [batch, classes]
 * @param labels [batch]
 * @param options `gamma` focuses on what is wrong; `alpha` [classes] weights the classes, null weights all by 1
 * @returns the loss and that of each row [batch]
 */
export function focalLoss(
  logits: tf.Tensor2D,
  labels: Int32Array,
  options: { gamma?: number; alpha?: ArrayLike<number> | null; reduction?: 'mean' | 'sum' } = {},
): { readonly loss: tf.Scalar; readonly perSample: Float64Array } {
  const { gamma = 2, alpha = null, reduction = 'mean' } = options;
  return closedForm([logits], () => {
    const [batch, classes] = logits.shape;
    const values = new Float64Array(logits.dataSync());
    const gradient = new Float64Array(values.length);
    const perSample = new Float64Array(batch);
    const terms = reduction === 'mean' ? Math.max(1, batch) : 1;
    let loss = 0;
    for (let i = 0; i < batch; i++) {
      const start = i * classes;
      const target = start + labels[i]!;
      const logP = values[target]! - logSumExp(values, start, start + classes, gradient);
      const [p, rest] = [gradient[target]!, -Math.expm1(logP)];
      const weight = alpha === null ? 1 : alpha[labels[i]!]!;
      const focus = rest ** gamma;
      perSample[i] = -weight * focus * logP;
      loss += perSample[i]! / terms;
      // Derivative to log p; its second term vanishes with the rest, whatever gamma.
      const bend = rest > 0 ? gamma * rest ** (gamma - 1) * p * logP : 0;
      const slope = (-weight * (focus - bend)) / terms;
      for (let at = start; at < start + classes; at++) gradient[at] = slope * (Number(at === target) - gradient[at]!);
    }
    return {
      loss,
      parts: { perSample },
      gradients: (upstream) => [
        tf.tensor2d(new Float32Array(gradient.map((value) => upstream * value)), [batch, classes]),
      ],
    };
  });
}
