/** Element types of ONNX (`TensorProto.DataType`). */
export const elementTypes = { float: 1, uint8: 2, int64: 7, bool: 9 } as const;
export type ElementType = keyof typeof elementTypes;

/** An attribute of a node: a number with a fraction is `{ float }`, a whole one a number, a list of whole ones an array. */
export type Attribute = number | readonly number[] | { readonly float: number };

export interface OnnxNode {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface OnnxTensor {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Little-endian. */
  readonly bytes: Uint8Array;
}

/** An input or output of a model. */
export interface OnnxPort {
  readonly name: string;
  readonly type: ElementType;
  /** Sizes, or the name of one that is free. */
  readonly shape: readonly (number | string)[];
  readonly doc: string;
}

export interface OnnxModel {
  readonly name: string;
  readonly doc: string;
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxTensor[];
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  /** `metadata_props`: facts for programs and people. */
  readonly metadata: Readonly<Record<string, string>>;
}
