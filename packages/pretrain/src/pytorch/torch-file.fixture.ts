/** A tensor as `writeTorchFile` writes it. */
export interface WrittenTensor {
  readonly type?: 'FloatStorage' | 'LongStorage';
  readonly shape: readonly number[];
  /** Default: the last axis fastest. */
  readonly strides?: readonly number[];
  readonly offset?: number;
  /** The numbers of its storage, in the order of the storage. */
  readonly values: readonly number[];
}

/** A file as `torch.save` wrote them before version 1.6, by the instructions that it uses. */
export function writeTorchFile(tensors: Readonly<Record<string, WrittenTensor>>): Buffer {
  const entries = Object.entries(tensors);
  const state = [
    ...global('collections', 'OrderedDict'),
    0x29,
    0x52,
    0x71,
    0,
    0x28,
    ...entries.flatMap(([name, tensor], at) => [...text(name), ...rebuilt(tensor, String(at))]),
    0x75,
    // The versions of modules, which PyTorch keeps as an attribute.
    0x7d,
    ...text('_metadata'),
    ...global('collections', 'OrderedDict'),
    0x29,
    0x52,
    0x73,
    0x62,
  ];
  const system = [0x7d, 0x28, ...text('little_endian'), 0x88, ...text('protocol_version'), 0x4d, 0xe9, 0x03, 0x75];
  return Buffer.concat([
    pickle([0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]),
    pickle([0x4d, 0xe9, 0x03]),
    pickle(system),
    pickle(state),
    pickle([0x5d, 0x28, ...entries.flatMap((_, at) => text(String(at))), 0x65]),
    ...entries.map(([, tensor]) => storage(tensor)),
  ]);
}

/** One pickle of protocol 2 of these instructions. */
export const pickle = (instructions: readonly number[]): Buffer => Buffer.from([0x80, 2, ...instructions, 0x2e]);

/** The instruction that names something of a module. */
export const global = (module: string, name: string): number[] => [0x63, ...Buffer.from(`${module}\n${name}\n`)];

export const text = (value: string): number[] => {
  const bytes = Buffer.from(value);
  return [0x58, ...uint32(bytes.length), ...bytes];
};

const uint32 = (value: number): number[] => [value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24];
const int = (value: number): number[] => [0x4a, ...uint32(value)];
const tuple = (items: readonly number[]): number[] => [0x28, ...items, 0x74];

function rebuilt({ type = 'FloatStorage', shape, strides, offset = 0, values }: WrittenTensor, key: string): number[] {
  const own = strides ?? shape.map((_, axis) => shape.slice(axis + 1).reduce((product, side) => product * side, 1));
  const id = tuple([
    ...text('storage'),
    ...global('torch', type),
    ...text(key),
    ...text('cpu'),
    ...int(values.length),
    0x4e,
  ]);
  return [
    ...global('torch._utils', '_rebuild_tensor_v2'),
    ...tuple([
      ...id,
      0x51,
      ...int(offset),
      ...tuple(shape.flatMap(int)),
      ...tuple(own.flatMap(int)),
      0x89,
      ...global('collections', 'OrderedDict'),
      0x29,
      0x52,
    ]),
    0x52,
  ];
}

function storage({ type = 'FloatStorage', values }: WrittenTensor): Buffer {
  const count = Buffer.alloc(8);
  count.writeBigInt64LE(BigInt(values.length));
  const numbers = type === 'FloatStorage' ? Float32Array.from(values) : BigInt64Array.from(values, BigInt);
  return Buffer.concat([count, new Uint8Array(numbers.buffer)]);
}
