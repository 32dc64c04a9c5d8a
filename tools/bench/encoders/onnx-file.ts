import type { NamedTensor } from '@twoshot/artifact';
import { protocolFields, type Field } from './protocol-fields.js';

/** A node with one output. */
export interface OnnxNode {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, number | string | readonly number[]>>;
}

const float32 = 1;
const opset = 17;
const irVersion = 8;

/**
 * The bytes of an ONNX file of a network of one input and one output, both float32.
 *
 * @param input its name, and its shape, with null for the batch
 */
export function onnxFile(
  nodes: readonly OnnxNode[],
  constants: ReadonlyMap<string, NamedTensor>,
  input: readonly [string, readonly (number | null)[]],
  output: readonly [string, readonly (number | null)[]],
): Uint8Array {
  const graph: Field[] = [
    ...nodes.map((node): Field => [1, nodeFields(node)]),
    [2, 'encoder'],
    ...[...constants].map(([name, tensor]): Field => [5, tensorFields(name, tensor)]),
    [11, valueFields(...input)],
    [12, valueFields(...output)],
  ];
  return protocolFields([
    [1, irVersion],
    [7, protocolFields(graph)],
    [8, protocolFields([[1, ''], [2, opset]])], // prettier-ignore
  ]);
}

function nodeFields({ type, inputs, output, attributes = {} }: OnnxNode): Uint8Array {
  return protocolFields([
    ...inputs.map((name): Field => [1, name]),
    [2, output],
    [3, output],
    [4, type],
    ...Object.entries(attributes).map(([name, value]): Field => [5, attributeFields(name, value)]),
  ]);
}

/** Numbers are whole here; field 20 is the kind of the value. */
function attributeFields(name: string, value: number | string | readonly number[]): Uint8Array {
  if (typeof value === 'number') return protocolFields([[1, name], [3, value], [20, 2]]); // prettier-ignore
  if (typeof value === 'string') return protocolFields([[1, name], [4, value], [20, 3]]); // prettier-ignore
  return protocolFields([[1, name], ...value.map((each): Field => [8, each]), [20, 7]]); // prettier-ignore
}

function tensorFields(name: string, { shape, data }: NamedTensor): Uint8Array {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return protocolFields([...shape.map((size): Field => [1, size]), [2, float32], [8, name], [9, bytes]]); // prettier-ignore
}

function valueFields(name: string, shape: readonly (number | null)[]): Uint8Array {
  const dims = shape.map((size): Field => [1, protocolFields([size === null ? [2, 'batch'] : [1, size]])]);
  const tensor = protocolFields([[1, float32], [2, protocolFields(dims)]]); // prettier-ignore
  return protocolFields([[1, name], [2, protocolFields([[1, tensor]])]]); // prettier-ignore
}
