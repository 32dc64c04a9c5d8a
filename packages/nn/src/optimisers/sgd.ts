import type { NamedParameter } from '../module.js';
import { decayOf, disposeState, type Optimiser, updateEach, type WeightDecay, zerosFor } from './optimiser.js';

export interface SgdOptions extends WeightDecay {
  readonly momentum?: number;
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent as PyTorch's `SGD`: coupled decay g + wd w, buffer v = momentum v + g without
 * dampening, w -= rate v (Nesterov: rate (g + momentum v)).
 */
export function sgd(parameters: readonly NamedParameter[], options: SgdOptions = {}): Optimiser {
  const { momentum: own = 0, nesterov = false } = options;
  const velocity = own === 0 ? [] : zerosFor(parameters, 'velocity');
  return {
    parameters,
    state: velocity,
    step(gradients, { rate, momentum = own }) {
      updateEach(parameters, gradients, (parameter, gradient, i) => {
        const { variable } = parameter;
        const decay = decayOf(parameter, options);
        const slope = decay === 0 ? gradient : gradient.add(variable.mul(decay));
        const buffer = velocity[i]?.variable;
        if (buffer === undefined) return variable.assign(variable.sub(slope.mul(rate)));
        buffer.assign(buffer.mul(momentum).add(slope));
        const direction = nesterov ? slope.add(buffer.mul(momentum)) : buffer;
        variable.assign(variable.sub(direction.mul(rate)));
      });
    },
    dispose: () => disposeState(velocity),
  };
}
