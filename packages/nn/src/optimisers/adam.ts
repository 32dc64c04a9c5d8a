import type { NamedParameter } from '../module.js';
import { decayOf, disposeState, type Optimiser, updateEach, type WeightDecay, zerosFor } from './optimiser.js';

export interface AdamOptions extends WeightDecay {
  readonly beta1?: number;
  readonly beta2?: number;
  /** Added to the root of the corrected second moment. */
  readonly epsilon?: number;
}

/** Adam with decoupled decay, w *= 1 - rate wd before the step (Loshchilov and Hutter 2019), as PyTorch's `AdamW`. */
export const adamW = (parameters: readonly NamedParameter[], options: AdamOptions = {}): Optimiser =>
  createAdam(parameters, options, true);

/** Adam with decay coupled to the gradient, g + wd w (Kingma and Ba 2015), as PyTorch's `Adam`. */
export const adam = (parameters: readonly NamedParameter[], options: AdamOptions = {}): Optimiser =>
  createAdam(parameters, options, false);

function createAdam(parameters: readonly NamedParameter[], options: AdamOptions, decoupled: boolean): Optimiser {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  const first = zerosFor(parameters, 'first');
  const second = zerosFor(parameters, 'second');
  let steps = 0;
  return {
    parameters,
    state: [...first, ...second],
    step(gradients, { rate }) {
      steps++;
      const correction1 = 1 - beta1 ** steps;
      const correction2 = Math.sqrt(1 - beta2 ** steps);
      updateEach(parameters, gradients, (parameter, gradient, i) => {
        const { variable } = parameter;
        const decay = decayOf(parameter, options);
        const slope = decoupled || decay === 0 ? gradient : gradient.add(variable.mul(decay));
        const mean = first[i]!.variable;
        const square = second[i]!.variable;
        mean.assign(mean.mul(beta1).add(slope.mul(1 - beta1)));
        square.assign(square.mul(beta2).add(slope.square().mul(1 - beta2)));
        const change = mean.div(square.sqrt().div(correction2).add(epsilon)).mul(rate / correction1);
        const kept = decoupled && decay !== 0 ? variable.mul(1 - rate * decay) : variable;
        variable.assign(kept.sub(change));
      });
    },
    dispose: () => disposeState([...first, ...second]),
  };
}
