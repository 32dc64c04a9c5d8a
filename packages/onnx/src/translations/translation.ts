import { type TracedCall, type TracedValue, UntraceableError } from '@twoshot/engine/trace';
import type { GraphBuilder } from '../graph-builder.js';

export type Inputs = TracedCall['inputs'];
export type Attributes = TracedCall['attributes'];

/** A kernel of TensorFlow.js in terms of ONNX. */
export interface Translation {
  /** Shapes of its outputs. */
  shapes(inputs: Inputs, attributes: Attributes): readonly (readonly number[])[];
  /** Adds nodes to the graph that compute the outputs of a call, and defines these. */
  translate(graph: GraphBuilder, call: TracedCall): void;
}

/** By the names of the kernels. */
export type Translations = Readonly<Record<string, Translation>>;

export type Shape4D = [number, number, number, number];

export function inputOf(inputs: Inputs, name: string): TracedValue {
  const found = inputs[name];
  if (found === undefined) throw new Error(`the kernel has no input ${name}`);
  return found;
}

/** The inputs of a kernel that takes a list. */
export const listOf = (inputs: Inputs): readonly TracedValue[] =>
  Object.keys(inputs)
    .sort((a, b) => Number(a) - Number(b))
    .map((key) => inputs[key]!);

/** The numbers of an input that does not depend on the images, such as a filter. */
export function constantOf(value: TracedValue, what: string): ArrayLike<number> {
  if (value.data === null) throw new UntraceableError(`${what} depends on the images`);
  return value.data;
}

/** An array whose axes are in another order, as `tf.transpose`. */
export function permuted(
  data: ArrayLike<number>,
  shape: readonly number[],
  order: readonly number[],
): { readonly data: Float32Array; readonly shape: readonly number[] } {
  const turned = order.map((axis) => shape[axis]!);
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const steps = order.map((axis) => strides[axis]!);
  const result = new Float32Array(data.length);
  const place = new Uint32Array(turned.length);
  for (let at = 0, from = 0; at < result.length; at++) {
    result[at] = data[from]!;
    for (let axis = turned.length - 1; axis >= 0; axis--) {
      from += steps[axis]!;
      if (++place[axis]! < turned[axis]!) break;
      from -= steps[axis]! * turned[axis]!;
      place[axis] = 0;
    }
  }
  return { data: result, shape: turned };
}

/** The axis of images with channels first that is an axis of images with channels last. */
export const axisFirst = (axis: number): number => [0, 2, 3, 1][axis]!;
