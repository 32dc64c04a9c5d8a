/** A side of a tensor: a number, or the name of a free one. */
export type Side = number | string;

export interface MadeValue {
  readonly name: string;
  readonly shape: readonly Side[];
  /** Number of the type in ONNX: 1 is float32, 10 float16. */
  readonly type?: number;
}

export interface MadeFile {
  readonly inputs: readonly MadeValue[];
  readonly outputs: readonly MadeValue[];
  readonly nodes: readonly {
    readonly op: string;
    readonly from: readonly string[];
    readonly to: string;
    readonly axes?: readonly number[];
  }[];
  readonly weights: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly values: readonly number[];
    /** File that holds the values, in place of this one. */
    readonly external?: string;
  }[];
}

const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
const number = (field: number, value: number): number[] => [...varint(field * 8), ...varint(value)];
const bytes = (field: number, value: Iterable<number>): number[] => {
  const list = [...value];
  return [...varint(field * 8 + 2), ...varint(list.length), ...list];
};
const text = (field: number, value: string): number[] => bytes(field, Buffer.from(value));

const valueInfo = ({ name, shape, type = 1 }: MadeValue): number[] => {
  const sides = shape.flatMap((side) => bytes(1, typeof side === 'number' ? number(1, side) : text(2, side)));
  const tensor = [...number(1, type), ...bytes(2, sides)];
  return [...text(1, name), ...bytes(2, bytes(1, tensor))];
};

const weight = ({ name, shape, values, external }: MadeFile['weights'][number]): number[] => {
  const entry = (key: string, value: string): number[] => bytes(13, [...text(1, key), ...text(2, value)]);
  const data = new Uint8Array(Float32Array.from(values).buffer);
  return [
    ...shape.flatMap((side) => number(1, side)),
    ...number(2, 1),
    ...text(8, name),
    ...(external === undefined ? bytes(9, data) : [...entry('location', external), ...number(14, 1)]),
  ];
};

const node = ({ op, from, to, axes }: MadeFile['nodes'][number]): number[] => [
  ...from.flatMap((name) => text(1, name)),
  ...text(2, to),
  ...text(4, op),
  // An attribute `perm` of type INTS.
  ...(axes === undefined
    ? []
    : bytes(5, [...text(1, 'perm'), ...axes.flatMap((axis) => number(8, axis)), ...number(20, 7)])),
];

/** The bytes of an ONNX file, as onnx.proto says (IR 8, opset 13). */
export function onnxFile({ inputs, outputs, nodes, weights }: MadeFile): Uint8Array {
  const graph = [
    ...nodes.flatMap((one) => bytes(1, node(one))),
    ...text(2, 'made'),
    ...weights.flatMap((one) => bytes(5, weight(one))),
    ...inputs.flatMap((one) => bytes(11, valueInfo(one))),
    ...outputs.flatMap((one) => bytes(12, valueInfo(one))),
  ];
  return Uint8Array.from([...number(1, 8), ...bytes(7, graph), ...bytes(8, number(2, 13))]);
}
