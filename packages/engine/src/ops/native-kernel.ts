import * as tf from '@tensorflow/tfjs-core';
import { instructionSet } from '../processor.js';

/** An attribute of a TensorFlow op; `type` is the `TF_AttrType` of TensorFlow's C interface. */
export interface Attribute {
  readonly name: string;
  readonly type: 0 | 1 | 2 | 3 | 4;
  readonly value: string | number | boolean | readonly number[];
}

const TF_FLOAT = 1;

export const text = (name: string, value: string): Attribute => ({ name, type: 0, value });
/** Whole numbers: one, or a list. */
export const whole = (name: string, value: number | readonly number[]): Attribute => ({ name, type: 1, value });
export const real = (name: string, value: number): Attribute => ({ name, type: 2, value });
export const flag = (name: string, value: boolean): Attribute => ({ name, type: 3, value });
/** Says that the tensors of a type attribute are float32. */
export const float32 = (name = 'T'): Attribute => ({ name, type: 4, value: TF_FLOAT });

interface NativeBackend {
  executeMultipleOutputs<Outputs extends readonly tf.Tensor[]>(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly tf.Tensor[],
    outputs: Outputs['length'],
  ): Outputs;
}

function isNativeBackend(backend: object): backend is NativeBackend {
  return 'executeMultipleOutputs' in backend;
}

/** Whether TensorFlow itself computes, so that its kernels can be called by name. */
export function isNative(): boolean {
  return tf.getBackend() === 'tensorflow';
}

/** Whether our own kernels (tools/native) can be called: they are written for the processor. */
export function hasOwnKernels(): boolean {
  return isNative() && Reflect.get(tf.backend(), 'isUsingGpuDevice') === false;
}

let hasFusedProducts: boolean | null = null;

/** Whether those of our kernels can be called that fuse products and sums, which takes a processor that does. */
export function hasFusedKernels(): boolean {
  return hasOwnKernels() && (hasFusedProducts ??= /^avx(2|512)/.test(instructionSet()));
}

/** Calls a TensorFlow kernel by name; the type of its outputs is the caller's word. Not recorded on the tape. */
export function runKernels<Outputs extends readonly tf.Tensor[]>(
  name: string,
  attributes: readonly Attribute[],
  inputs: readonly tf.Tensor[],
  outputs: Outputs['length'],
): Outputs {
  const backend: object = tf.backend();
  if (!isNativeBackend(backend)) throw new Error(`the kernel ${name} needs the native engine`);
  return backend.executeMultipleOutputs<Outputs>(name, attributes, inputs, outputs);
}

/** A shape as a tensor, which is how TensorFlow's gradient kernels want it. */
export function shapeTensor(shape: readonly number[]): tf.Tensor1D {
  return tf.tensor1d([...shape], 'int32');
}
