import { tf } from '@twoshot/engine';
import type { NamedBuffer, NamedParameter } from '../module.js';
import { variableOf } from '../variable.js';

export interface StepSettings {
  readonly learningRate: number;
  /** Replaces the optimiser's own momentum for this step (one-cycle). */
  readonly momentum?: number;
}

/** Changes a fixed list of parameters by their gradients. */
export interface Optimiser {
  readonly parameters: readonly NamedParameter[];
  /** Moments and the like under `<parameter>.<what>`, to be saved and restored. */
  readonly state: readonly NamedBuffer[];
  /** One update; `gradients` stand in the order of `parameters`. */
  step(gradients: readonly tf.Tensor[], settings: StepSettings): void;
  /** Continues as if `steps` updates had been made; `state` is restored by the caller. */
  resume(steps: number): void;
  dispose(): void;
}

export interface WeightDecay {
  readonly weightDecay?: number;
  /** Decay tensors of one dimension (biases, norms) too. Default false. */
  readonly decayBias?: boolean;
}

/** The decay that a parameter takes. */
export function decayOf({ variable }: NamedParameter, { weightDecay = 0, decayBias = false }: WeightDecay): number {
  return decayBias || variable.rank > 1 ? weightDecay : 0;
}

/** A variable of zeros for each parameter, named after it. */
export function zerosFor(parameters: readonly NamedParameter[], what: string): NamedBuffer[] {
  return parameters.map(({ name, variable }) => ({
    name: `${name}.${what}`,
    variable: variableOf(variable.shape, 0, false),
  }));
}

export function disposeState(state: readonly NamedBuffer[]): void {
  for (const { variable } of state) variable.dispose();
}

/** An optimiser that does not count its steps. */
export const resumeUncounted = (): void => undefined;

export function requireGradients(parameters: readonly NamedParameter[], gradients: readonly tf.Tensor[]): void {
  if (gradients.length !== parameters.length)
    throw new RangeError(`Expected ${parameters.length} gradients, one for each parameter, got ${gradients.length}`);
}

/** Runs an update on every parameter, each with its memory cleaned up. */
export function updateEach(
  parameters: readonly NamedParameter[],
  gradients: readonly tf.Tensor[],
  update: (parameter: NamedParameter, gradient: tf.Tensor, i: number) => void,
): void {
  requireGradients(parameters, gradients);
  for (const [i, parameter] of parameters.entries()) tf.tidy(() => update(parameter, gradients[i]!, i));
}
