import { updateAdam } from '@twoshot/engine';
import type { NamedParameter } from '../module.js';
import { decayOf, disposeState, type Optimiser, requireGradients, type WeightDecay, zerosFor } from './optimiser.js';

export interface AdamOptions extends WeightDecay {
  readonly beta1?: number;
  readonly beta2?: number;
  /** Added to the root of the corrected second moment. */
  readonly epsilon?: number;
}

/** Adam with decoupled decay, w *= 1 - lr wd before the step (Loshchilov and Hutter 2019), as PyTorch's `AdamW`. */
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
    step(gradients, { learningRate }) {
      steps++;
      requireGradients(parameters, gradients);
      updateAdam(
        parameters.map((parameter, i) => ({
          variable: parameter.variable,
          gradient: gradients[i]!,
          first: first[i]!.variable,
          second: second[i]!.variable,
          decay: decayOf(parameter, options),
        })),
        { learningRate, beta1, beta2, epsilon, steps, decoupled },
      );
    },
    resume(taken) {
      steps = taken;
    },
    dispose: () => disposeState([...first, ...second]),
  };
}
