import * as tf from '@tensorflow/tfjs-core';
import { anyBatch } from './any-batch.js';
import { type TracedGraph, UntraceableError } from './traced-graph.js';

/** A trace as plain JSON; its constants lie one after the other in an array of float32 beside it. */
export interface Program {
  readonly input: number;
  readonly calls: readonly {
    readonly kernel: string;
    /** Numbers of values by the names of the kernel. */
    readonly inputs: Readonly<Record<string, number>>;
    readonly attributes: tf.NamedAttrMap;
    readonly outputs: readonly number[];
  }[];
  readonly outputs: readonly number[];
  readonly constants: readonly { readonly value: number; readonly shape: readonly number[]; readonly at: number }[];
}

/** A trace as a program with its constants. */
export function programOf({ input, calls, outputs }: TracedGraph): {
  readonly program: Program;
  readonly weights: Float32Array;
} {
  const constants: { value: number; shape: readonly number[]; at: number }[] = [];
  const chunks: Float32Array[] = [];
  let at = 0;
  const numbered = (inputs: (typeof calls)[number]['inputs']): Record<string, number> =>
    Object.fromEntries(
      Object.entries(inputs).map(([name, { id, shape, data }]) => {
        if (data !== null) {
          if (!(data instanceof Float32Array)) throw new UntraceableError('a constant is not of the type float32');
          constants.push({ value: id, shape, at });
          chunks.push(data);
          at += data.length;
        }
        return [name, id];
      }),
    );
  const program: Program = {
    input: input.id,
    calls: calls.map((call) => ({
      kernel: call.kernel,
      inputs: numbered(call.inputs),
      attributes: call.attributes as tf.NamedAttrMap,
      outputs: call.outputs.map(({ id }) => id),
    })),
    outputs: outputs.map(({ id }) => id),
    constants,
  };
  const weights = new Float32Array(at);
  for (const [i, chunk] of chunks.entries()) weights.set(chunk, constants[i]!.at);
  return { program, weights };
}

/** A program, ready to run on whatever backend is active. */
export interface LoadedProgram {
  /** @returns its outputs, which the caller disposes */
  run(x: tf.Tensor): tf.Tensor[];
  dispose(): void;
}

export function loadProgram(program: Program, weights: Float32Array): LoadedProgram {
  const constants = new Map(
    program.constants.map(({ value, shape, at }) => {
      const size = shape.reduce((product, length) => product * length, 1);
      return [value, tf.keep(tf.tensor(weights.subarray(at, at + size), [...shape]))] as const;
    }),
  );
  return {
    run: (x) =>
      tf.tidy(() => {
        const values = new Map<number, tf.Tensor>([...constants, [program.input, x]]);
        for (const { kernel, inputs, attributes, outputs } of program.calls) {
          const tensors = Object.entries(inputs).map(([name, value]) => [name, values.get(value)!] as const);
          const isList = tensors.every(([name]) => /^\d+$/.test(name));
          const list = tensors.map(([, tensor]) => tensor);
          // A kernel of a list, such as Concat, is called with one, whatever the type says.
          const given = isList ? (list as unknown as tf.NamedTensorMap) : Object.fromEntries(tensors);
          const made = tf.engine().runKernel(kernel, given, forBatch(attributes, x.shape[0]));
          for (const [i, tensor] of [made].flat().entries()) values.set(outputs[i]!, tensor);
        }
        return program.outputs.map((value) => values.get(value)!);
      }),
    dispose: () => tf.dispose([...constants.values()]),
  };
}

/** Attributes in which sizes are those of a number of images. */
function forBatch(attributes: tf.NamedAttrMap, batch: number): tf.NamedAttrMap {
  const sized = (value: number): number => (value % anyBatch === 0 ? (value / anyBatch) * batch : value);
  const { shape } = attributes;
  return Array.isArray(shape) ? { ...attributes, shape: (shape as number[]).map(sized) } : attributes;
}
