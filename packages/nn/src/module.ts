import { tf } from '@twoshot/engine';
import type { Constants } from './evaluation.js';

/** Mode of a forward pass. */
export interface Mode {
  /** True: batch statistics, and the running ones are updated; false: running statistics. */
  readonly training: boolean;
  /** Set where weights do not change between passes, which then have no gradient; see `createEvaluation`. */
  readonly constants?: Constants;
}

/**
 * Memory layout of a variable compared with PyTorch's layout, which is used on disk: `filter` [h, w, in, out] against
 * [out, in, h, w], `matrix` [in, out] against [out, in], `plain` the same.
 */
export type Layout = 'filter' | 'matrix' | 'plain';

/** A value of a module under its PyTorch name, e.g. `layer1.conv.weight`. */
export interface NamedParameter {
  readonly name: string;
  readonly variable: tf.Variable;
  readonly layout: Layout;
  /** False: never changed by an optimiser (frozen). */
  readonly trainable: boolean;
}

/** State of a module besides its parameters (running statistics); saved with them, never optimised. */
export interface NamedBuffer {
  readonly name: string;
  readonly variable: tf.Variable;
}

/** A part of a network: a function of one tensor with parameters. */
export interface Module<In extends tf.Tensor = tf.Tensor, Out extends tf.Tensor = tf.Tensor> {
  forward(x: In, mode: Mode): Out;
  readonly parameters: readonly NamedParameter[];
  readonly buffers: readonly NamedBuffer[];
}

/** The parameters and buffers of several modules under the names of their fields: `conv1` gives `conv1.weight`. */
export function compose(
  children: Readonly<Record<string, Pick<Module, 'parameters' | 'buffers'> | null>>,
): Pick<Module, 'parameters' | 'buffers'> {
  const named = Object.entries(children).flatMap(([field, child]) => (child === null ? [] : [{ field, child }]));
  return {
    parameters: named.flatMap(({ field, child }) =>
      child.parameters.map((parameter) => ({ ...parameter, name: `${field}.${parameter.name}` })),
    ),
    buffers: named.flatMap(({ field, child }) =>
      child.buffers.map((buffer) => ({ ...buffer, name: `${field}.${buffer.name}` })),
    ),
  };
}

/**
 * Passes a value from one layer to the next. Where nothing needs a gradient (`createEvaluation`), a value that the next
 * one has taken is given back at once: of a deep network on large images all of them take gigabytes.
 */
export function inTurn<T extends tf.Tensor>(layers: readonly Pick<Module<T, T>, 'forward'>[], x: T, mode: Mode): T {
  return layers.reduce((value, layer) => {
    if (mode.constants === undefined) return layer.forward(value, mode);
    const next = tf.tidy(() => layer.forward(value, mode));
    if (value !== x && next !== value) value.dispose();
    return next;
  }, x);
}

/** Modules one after the other, named `0`, `1`, ... as in PyTorch's `Sequential`. */
export function sequential<T extends tf.Tensor>(...modules: readonly Module<T, T>[]): Module<T, T> {
  return {
    forward: (x, mode) => inTurn(modules, x, mode),
    ...compose(Object.fromEntries(modules.map((module, i) => [String(i), module]))),
  };
}

/** A module without parameters. */
export function lambda<In extends tf.Tensor, Out extends tf.Tensor>(forward: (x: In) => Out): Module<In, Out> {
  return { forward, parameters: [], buffers: [] };
}

/** Frees every variable of the module, which must not be used afterwards. */
export function disposeModule(module: Pick<Module, 'parameters' | 'buffers'>): void {
  for (const { variable } of [...module.parameters, ...module.buffers]) variable.dispose();
}

/** The same module with frozen parameters. */
export function frozen<In extends tf.Tensor, Out extends tf.Tensor>(module: Module<In, Out>): Module<In, Out> {
  return { ...module, parameters: module.parameters.map((parameter) => ({ ...parameter, trainable: false })) };
}
