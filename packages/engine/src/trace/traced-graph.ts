/** A tensor of a trace: a number that depends on the input, or a constant. */
export interface TracedValue {
  readonly id: number;
  readonly shape: readonly number[];
  /** The numbers of a constant; null where they depend on the input. */
  readonly data: Float32Array | Int32Array | Uint8Array | null;
}

/** One call of a kernel of TensorFlow.js on something that depends on the input. */
export interface TracedCall {
  /** Name of the kernel, e.g. `Conv2D`. */
  readonly kernel: string;
  /** By the names of the kernel; a list is numbered. */
  readonly inputs: Readonly<Record<string, TracedValue>>;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly outputs: readonly TracedValue[];
}

/** What a function of tensors computes, as the kernels that it calls; what depends on constants alone is computed. */
export interface TracedGraph {
  readonly input: TracedValue;
  /** In the order of the calls. */
  readonly calls: readonly TracedCall[];
  readonly outputs: readonly TracedValue[];
}

/** Shapes of the outputs of a kernel; null for a kernel that is not known. */
export type OutputShapes = (
  kernel: string,
  inputs: Readonly<Record<string, TracedValue>>,
  attributes: Readonly<Record<string, unknown>>,
) => readonly (readonly number[])[] | null;

/** A function calls a kernel that the trace has no shapes for, or reads numbers that depend on the input. */
export class UntraceableError extends Error {
  override readonly name = 'UntraceableError';
}
