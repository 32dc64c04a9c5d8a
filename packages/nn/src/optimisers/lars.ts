import { tf } from '@twoshot/engine';
import type { NamedParameter } from '../module.js';
import { disposeState, type Optimiser, resumeUncounted, updateEach, zerosFor } from './optimiser.js';

export interface LarsOptions {
  readonly momentum?: number;
  readonly nesterov?: boolean;
  readonly weightDecay?: number;
  /** Trust coefficient. */
  readonly eta?: number;
  /** Keep the local rate at or below the global one. */
  readonly clipRate?: boolean;
  /** Tensors of one dimension take neither the local rate nor decay. */
  readonly excludeBias?: boolean;
  readonly epsilon?: number;
}

export interface Lars extends Optimiser {
  /** Local rates of the last step, in the order of the parameters; 1 where none applies. */
  localRates(): number[];
}

/**
 * Layer-wise adaptive rates (You et al. 2017) as used for self-supervised training: each tensor's gradient, with
 * decay, is scaled by eta |w| / (|g| + wd |w| + epsilon) and then goes through momentum.
 */
export function lars(parameters: readonly NamedParameter[], options: LarsOptions = {}): Lars {
  const { momentum: own = 0.9, nesterov = false, weightDecay = 0, eta = 0.001 } = options;
  const { clipRate = false, excludeBias = true, epsilon = 1e-8 } = options;
  const velocity = zerosFor(parameters, 'velocity');
  const local = parameters.map(() => tf.scalar(1));
  const keepLocal = (i: number, scale: tf.Scalar): void => {
    local[i]!.dispose();
    local[i] = tf.keep(scale);
  };
  return {
    parameters,
    state: velocity,
    localRates: () => local.map((scale) => scale.dataSync()[0]!),
    step(gradients, { rate, momentum = own }) {
      updateEach(parameters, gradients, ({ variable }, gradient, i) => {
        let slope = gradient;
        if (!excludeBias || variable.rank > 1) {
          const scale = localRate(variable, gradient, { weightDecay, eta, epsilon, limit: clipRate ? rate : null });
          keepLocal(i, scale);
          slope = gradient.add(variable.mul(weightDecay)).mul(scale);
        }
        const buffer = velocity[i]!.variable;
        buffer.assign(buffer.mul(momentum).add(slope));
        const direction = nesterov ? slope.add(buffer.mul(momentum)) : buffer;
        variable.assign(variable.sub(direction.mul(rate)));
      });
    },
    resume: resumeUncounted,
    dispose() {
      disposeState(velocity);
      tf.dispose(local);
    },
  };
}

function localRate(
  weight: tf.Tensor,
  gradient: tf.Tensor,
  options: { weightDecay: number; eta: number; epsilon: number; limit: number | null },
): tf.Scalar {
  const { weightDecay, eta, epsilon, limit } = options;
  const size = weight.square().sum<tf.Scalar>().sqrt();
  const slope = gradient.square().sum<tf.Scalar>().sqrt();
  const trust = size.mul<tf.Scalar>(eta).div<tf.Scalar>(size.mul(weightDecay).add(slope).add(epsilon));
  const bounded = limit === null ? trust : trust.div<tf.Scalar>(limit).minimum<tf.Scalar>(1);
  const applies = size.greater(0).logicalAnd(slope.greater(0));
  return tf.where(applies, bounded, tf.scalar(1));
}
