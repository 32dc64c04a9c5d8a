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
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  /** Added to the root of the corrected second moment. */
  readonly epsilon: number;
  /** Updates so far, this one included: for the bias correction. */
  readonly steps: number;
  /** Decay by `w *= 1 - learningRate decay` (AdamW) in place of `g + decay w`. */
  readonly decoupled: boolean;
}

/**
 * One update of all parameters by Adam (Kingma and Ba 2015) or AdamW (Loshchilov and Hutter 2019), as in PyTorch.
 * On the native engine this is one op for all, where tfjs takes fourteen for each.
 */
export function updateAdam(parameters: readonly AdamParameter[], settings: AdamSettings): void {
  const { learningRate, beta1, beta2, epsilon, steps, decoupled } = settings;
  const step = learningRate / (1 - beta1 ** steps);
  const correction = 1 / Math.sqrt(1 - beta2 ** steps);
  const decays = parameters.map(({ decay = 0 }) => (decoupled ? 0 : decay));
  const kept = parameters.map(({ decay = 0 }) => (decoupled ? 1 - learningRate * decay : 1));
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
  readonly learningRate: number;
  readonly momentum: number;
  readonly nesterov: boolean;
}

/** One update of all parameters by stochastic gradient descent with momentum, as in PyTorch: `v = momentum v + g`. */
export function updateSgd(parameters: readonly SgdParameter[], settings: SgdSettings): void {
  const { learningRate, momentum, nesterov } = settings;
  const decays = parameters.map(({ decay = 0 }) => decay);
  const variables = parameters.map(({ variable }) => variable);
  const velocities = parameters.map(({ velocity }) => velocity);
  const gradients = parameters.map(({ gradient }) => gradient);
  update([...variables, ...velocities], () => {
    if (hasOwnKernels()) {
      const lists = [variables, gradients, velocities];
      return runTogether('TwoshotSgd', [flag('nesterov', nesterov)], [[learningRate, momentum], decays], lists, 2);
    }
    const changes = parameters.map(({ variable, gradient, velocity, decay = 0 }) => {
      const slope = decay === 0 ? gradient : tf.add(gradient, tf.mul(variable, decay));
      const speed = tf.add(tf.mul(velocity, momentum), slope);
      const direction = nesterov ? tf.add(slope, tf.mul(speed, momentum)) : speed;
      return [tf.sub(variable, tf.mul(direction, learningRate)), speed] as const;
    });
    return [...changes.map(([variable]) => variable), ...changes.map(([, speed]) => speed)];
  });
}

/** A parameter under LARS. */
export interface LarsParameter {
  readonly variable: tf.Variable;
  readonly gradient: tf.Tensor;
  readonly velocity: tf.Variable;
  /** Whether it takes the local learning rate and decay; biases and norms usually do not. */
  readonly adapted: boolean;
}

export interface LarsSettings extends SgdSettings {
  readonly decay: number;
  /** Trust coefficient. */
  readonly eta: number;
  readonly epsilon: number;
  /** The local learning rate times the global one may not exceed this; null for no limit. */
  readonly limit: number | null;
}

/**
 * One update of all parameters by layer-wise adaptive rates (You et al. 2017): the gradient with decay times
 * eta |w| / (|g| + decay |w| + epsilon), then momentum as in `updateSgd`.
 *
 * @returns `[parameters]` the local rates, 1 where none applies
 */
export function updateLars(parameters: readonly LarsParameter[], settings: LarsSettings): tf.Tensor1D {
  const { learningRate, momentum, nesterov, decay, eta, epsilon, limit } = settings;
  const variables = parameters.map(({ variable }) => variable);
  const velocities = parameters.map(({ velocity }) => velocity);
  const gradients = parameters.map(({ gradient }) => gradient);
  const adapted = parameters.map((parameter) => (parameter.adapted ? 1 : 0));
  if (variables.length === 0) return tf.tensor1d([]);
  return tf.tidy(() => {
    if (hasOwnKernels()) {
      const numbers = [[learningRate, momentum, decay, eta, epsilon, limit ?? 0], adapted];
      const lists = [variables, gradients, velocities];
      const results = runTogether('TwoshotLars', [flag('nesterov', nesterov)], numbers, lists, 2, 1);
      assignAll([...variables, ...velocities], results);
      return tf.clone(results.at(-1) as tf.Tensor1D);
    }
    const rates = parameters.map(({ variable, gradient, velocity, adapted: isAdapted }) => {
      const local = isAdapted ? localRate(variable, gradient, settings) : tf.scalar(1);
      const slope = isAdapted ? tf.mul(tf.add(gradient, tf.mul(variable, decay)), local) : gradient;
      const speed = tf.add(tf.mul(velocity, momentum), slope);
      const direction = nesterov ? tf.add(slope, tf.mul(speed, momentum)) : speed;
      variable.assign(tf.sub(variable, tf.mul(direction, learningRate)));
      velocity.assign(speed);
      return local;
    });
    return tf.stack<tf.Scalar>(rates) as tf.Tensor1D;
  });
}

function localRate(
  weight: tf.Tensor,
  gradient: tf.Tensor,
  { decay, eta, epsilon, limit }: Pick<LarsSettings, 'decay' | 'eta' | 'epsilon' | 'limit'>,
): tf.Scalar {
  const size = tf.sqrt(tf.sum<tf.Scalar>(tf.square(weight)));
  const slope = tf.sqrt(tf.sum<tf.Scalar>(tf.square(gradient)));
  const trust = tf.div<tf.Scalar>(tf.mul(size, eta), tf.add(tf.add(tf.mul(size, decay), slope), epsilon));
  const bounded = limit === null ? trust : tf.minimum<tf.Scalar>(tf.div(trust, limit), 1);
  return tf.where(tf.logicalAnd(tf.greater(size, 0), tf.greater(slope, 0)), bounded, tf.scalar(1));
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

/** Runs an op over lists of tensors of equal length; the outputs are lists too, laid end to end, then `further` ones. */
function runTogether(
  name: string,
  attributes: Attributes,
  numbers: readonly (readonly number[])[],
  lists: readonly (readonly tf.Tensor[])[],
  outputs: number,
  further = 0,
): tf.Tensor[] {
  const count = lists[0]?.length ?? 0;
  const settings = numbers.map((values) => tf.tensor1d([...values], 'float32'));
  return runKernels<tf.Tensor[]>(
    name,
    [...attributes, whole('N', count)],
    [...settings, ...lists.flat()],
    outputs * count + further,
  );
}

function update(variables: readonly tf.Variable[], compute: () => tf.Tensor[]): void {
  if (variables.length === 0) return;
  tf.tidy(() => assignAll(variables, compute()));
}

function assignAll(variables: readonly tf.Variable[], values: readonly tf.Tensor[]): void {
  for (const [index, variable] of variables.entries()) {
    const value = values[index];
    if (value !== undefined) variable.assign(value);
  }
}
