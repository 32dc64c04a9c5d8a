import * as tf from '@tensorflow/tfjs-core';
import { flag, hasOwnKernels, runKernels, whole } from './ops/native-kernel.js';

/** A parameter under Adam, with the variables that hold its moments. */
export interface AdamParameter {
  readonly variable: tf.Variable;
  readonly gradient: tf.Tensor;
  readonly first: tf.Variable;
  readonly second: tf.Variable;
  /** Weight decay; default 0. */
  readonly decay?: number;
}

export interface AdamSettings {
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  /** Added to the root of the corrected second moment. */
  readonly epsilon: number;
  /** Updates so far, this one included: for the bias correction. */
  readonly steps: number;
  /** Decay by `w *= 1 - rate decay` (AdamW) in place of `g + decay w`. */
  readonly decoupled: boolean;
}

/**
 * One update of all parameters by Adam (Kingma and Ba 2015) or AdamW (Loshchilov and Hutter 2019), as in PyTorch.
 * On the native engine this is one op for all, where tfjs takes fourteen for each.
 */
export function updateAdam(parameters: readonly AdamParameter[], settings: AdamSettings): void {
  const { rate, beta1, beta2, epsilon, steps, decoupled } = settings;
  const step = rate / (1 - beta1 ** steps);
  const correction = 1 / Math.sqrt(1 - beta2 ** steps);
  const decays = parameters.map(({ decay = 0 }) => (decoupled ? 0 : decay));
  const kept = parameters.map(({ decay = 0 }) => (decoupled ? 1 - rate * decay : 1));
  const variables = parameters.map(({ variable }) => variable);
  const gradients = parameters.map(({ gradient }) => gradient);
  const firsts = parameters.map(({ first }) => first);
  const seconds = parameters.map(({ second }) => second);
  const numbers = [[beta1, 1 - beta1, beta2, 1 - beta2, correction, epsilon, step], kept, decays];
  update([...variables, ...firsts, ...seconds], () => {
    if (hasOwnKernels()) {
      return runTogether('TwoshotAdam', [], numbers, [variables, gradients, firsts, seconds], 3);
    }
    const changes = parameters.map(({ variable, gradient, first, second }, index) => {
      const decay = decays[index] ?? 0;
      const slope = decay === 0 ? gradient : tf.add(gradient, tf.mul(variable, decay));
      const mean = tf.add(tf.mul(first, beta1), tf.mul(slope, 1 - beta1));
      const square = tf.add(tf.mul(second, beta2), tf.mul(tf.square(slope), 1 - beta2));
      const change = tf.div(mean, tf.add(tf.mul(tf.sqrt(square), correction), epsilon));
      return [tf.sub(tf.mul(variable, kept[index] ?? 1), tf.mul(change, step)), mean, square] as const;
    });
    return [0, 1, 2].flatMap((which) => changes.flatMap((change) => change[which] ?? []));
  });
}

/** A parameter under gradient descent. */
export interface SgdParameter {
  readonly variable: tf.Variable;
  readonly gradient: tf.Tensor;
  readonly velocity: tf.Variable;
  /** Weight decay, coupled: `g + decay w`; default 0. */
  readonly decay?: number;
}

export interface SgdSettings {
  readonly rate: number;
  readonly momentum: number;
  readonly nesterov: boolean;
}

/** One update of all parameters by stochastic gradient descent with momentum, as in PyTorch: `v = momentum v + g`. */
export function updateSgd(parameters: readonly SgdParameter[], settings: SgdSettings): void {
  const { rate, momentum, nesterov } = settings;
  const decays = parameters.map(({ decay = 0 }) => decay);
  const variables = parameters.map(({ variable }) => variable);
  const velocities = parameters.map(({ velocity }) => velocity);
  const gradients = parameters.map(({ gradient }) => gradient);
  update([...variables, ...velocities], () => {
    if (hasOwnKernels()) {
      const lists = [variables, gradients, velocities];
      return runTogether('TwoshotSgd', [flag('nesterov', nesterov)], [[rate, momentum], decays], lists, 2);
    }
    const changes = parameters.map(({ variable, gradient, velocity, decay = 0 }) => {
      const slope = decay === 0 ? gradient : tf.add(gradient, tf.mul(variable, decay));
      const speed = tf.add(tf.mul(velocity, momentum), slope);
      const direction = nesterov ? tf.add(slope, tf.mul(speed, momentum)) : speed;
      return [tf.sub(variable, tf.mul(direction, rate)), speed] as const;
    });
    return [...changes.map(([variable]) => variable), ...changes.map(([, speed]) => speed)];
  });
}

/** Moves exponential averages towards values: `average = decay average + (1 - decay) value`. */
export function updateAverages(
  pairs: readonly { readonly average: tf.Variable; readonly value: tf.Tensor }[],
  decay: number,
): void {
  const averages = pairs.map(({ average }) => average);
  const values = pairs.map(({ value }) => value);
  update(averages, () => {
    if (hasOwnKernels()) return runTogether('TwoshotAverage', [], [[decay, 1 - decay]], [averages, values], 1);
    return pairs.map(({ average, value }) => tf.add(tf.mul(average, decay), tf.mul(value, 1 - decay)));
  });
}

type Attributes = Parameters<typeof runKernels>[1];

/** Runs an op over lists of tensors of equal length; the outputs are lists too, laid end to end. */
function runTogether(
  name: string,
  attributes: Attributes,
  numbers: readonly (readonly number[])[],
  lists: readonly (readonly tf.Tensor[])[],
  outputs: number,
): tf.Tensor[] {
  const count = lists[0]?.length ?? 0;
  const settings = numbers.map((values) => tf.tensor1d([...values], 'float32'));
  return runKernels<tf.Tensor[]>(
    name,
    [...attributes, whole('N', count)],
    [...settings, ...lists.flat()],
    outputs * count,
  );
}

function update(variables: readonly tf.Variable[], compute: () => tf.Tensor[]): void {
  if (variables.length === 0) return;
  tf.tidy(() => {
    for (const [index, value] of compute().entries()) variables[index]?.assign(value);
  });
}
