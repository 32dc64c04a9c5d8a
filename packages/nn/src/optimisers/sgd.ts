import { updateSgd } from '@twoshot/engine';
import type { NamedParameter } from '../module.js';
import {
  decayOf,
  disposeState,
  type Optimiser,
  requireGradients,
  resumeUncounted,
  type WeightDecay,
  zerosFor,
} from './optimiser.js';

export interface SgdOptions extends WeightDecay {
  readonly momentum?: number;
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent as PyTorch's `SGD`: coupled decay g + wd w, buffer v = momentum v + g without
 * dampening, w -= lr v (Nesterov: lr (g + momentum v)).
 */
export function sgd(parameters: readonly NamedParameter[], options: SgdOptions = {}): Optimiser {
  const { momentum: own = 0, nesterov = false } = options;
  const velocity = zerosFor(parameters, 'velocity');
  return {
    parameters,
    state: velocity,
    step(gradients, { learningRate, momentum = own }) {
      requireGradients(parameters, gradients);
      updateSgd(
        parameters.map((parameter, i) => ({
          variable: parameter.variable,
          gradient: gradients[i]!,
          velocity: velocity[i]!.variable,
          decay: decayOf(parameter, options),
        })),
        { learningRate, momentum, nesterov },
      );
    },
    resume: resumeUncounted,
    dispose: () => disposeState(velocity),
  };
}
