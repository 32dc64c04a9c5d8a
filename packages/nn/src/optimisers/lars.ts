import { tf, updateLars } from '@twoshot/engine';
import type { NamedParameter } from '../module.js';
import { disposeState, type Optimiser, requireGradients, resumeUncounted, zerosFor } from './optimiser.js';

export interface LarsOptions {
  readonly momentum?: number;
  readonly nesterov?: boolean;
  readonly weightDecay?: number;
  /** Trust coefficient. */
  readonly eta?: number;
  /** Keep the local learning rate at or below the global one. */
  readonly clipRate?: boolean;
  /** Tensors of one dimension get neither the local learning rate nor decay. */
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
  let local: tf.Tensor1D | null = null;
  return {
    parameters,
    state: velocity,
    resume: resumeUncounted,
    localRates: () => (local === null ? parameters.map(() => 1) : [...local.dataSync()]),
    step(gradients, { learningRate, momentum = own }) {
      requireGradients(parameters, gradients);
      const updated = parameters.map(({ variable }, i) => ({
        variable,
        gradient: gradients[i]!,
        velocity: velocity[i]!.variable,
        adapted: !excludeBias || variable.rank > 1,
      }));
      const limit = clipRate ? learningRate : null;
      local?.dispose();
      local = tf.keep(
        updateLars(updated, { learningRate, momentum, nesterov, decay: weightDecay, eta, epsilon, limit }),
      );
    },
    dispose() {
      disposeState(velocity);
      local?.dispose();
    },
  };
}
