/**
 * WebAssembly instructions as bytes. An expression leaves one value on the stack, a statement none; operands stand
 * before their instruction. https://webassembly.github.io/spec/core/binary/instructions.html
 */
export type Code = readonly (number | Code)[];

/** The bytes of code, which is nested so that writing it copies nothing. */
export function bytesOf(code: Code): number[] {
  const bytes: number[] = [];
  const add = (part: number | Code): void => {
    if (typeof part === 'number') bytes.push(part);
    else part.forEach(add);
  };
  add(code);
  return bytes;
}

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

export const VALUE_TYPES: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};

/** LEB128 of an integer that is not negative. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}

/** LEB128 of an integer of 32 bits. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value | 0; ; rest >>= 7) {
    const last = rest >> 6 === 0 || rest >> 6 === -1;
    bytes.push((rest & 127) | (last ? 0 : 128));
    if (last) return bytes;
  }
}

const join = (...parts: readonly Code[]): Code => parts;
const plain =
  (opcode: number) =>
  (...operands: readonly Code[]): Code => [...operands, opcode];
const vector =
  (opcode: number) =>
  (...operands: readonly Code[]): Code => [...operands, 0xfd, ...unsigned(opcode)];
/** Memory instructions: the address, further operands, and a constant that is added to the address. */
type Access = (address: Code, ...operands: readonly (Code | number)[]) => Code;
const access =
  (prefix: Code, align: number): Access =>
  (address, ...operands) => {
    const offset = operands.find((operand) => typeof operand === 'number') ?? 0;
    const values = operands.filter((operand) => typeof operand !== 'number');
    return [address, ...values, prefix, align, ...unsigned(offset)];
  };

export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value)],
  add: plain(0x6a),
  sub: plain(0x6b),
  mul: plain(0x6c),
  divide: plain(0x6e),
  and: plain(0x71),
  shiftLeft: plain(0x74),
  /** Without signs. */
  shiftRight: plain(0x76),
  isZero: plain(0x45),
  equal: plain(0x46),
  /** Without signs: a negative number is a large one. */
  below: plain(0x49),
  load: access([0x28], 2),
  store: access([0x36], 2),
} as const;

export const i64 = {
  ofI32: plain(0xad),
  toI32: plain(0xa7),
  shiftLeft: plain(0x86),
  shiftRight: plain(0x88),
  const: (value: number): Code => [0x42, ...signed(value)],
} as const;

/** Sequentially consistent access to memory that threads share. */
export const atomic = {
  loadI32: access([0xfe, 0x10], 2),
  storeI32: access([0xfe, 0x17], 2),
  storeI64: access([0xfe, 0x18], 3),
  addI32: access([0xfe, 0x1e], 2),
  addI64: access([0xfe, 0x1f], 3),
  notify: access([0xfe, 0x00], 2),
  /** Address, expected value, nanoseconds (i64; negative: for ever). */
  wait: access([0xfe, 0x01], 2),
} as const;

export const f32 = {
  add: plain(0x92),
  sub: plain(0x93),
  mul: plain(0x94),
  equal: plain(0x5b),
  below: plain(0x5d),
  above: plain(0x5e),
  ofF64: plain(0xb6),
  const: (value: number): Code => [0x43, ...new Uint8Array(new Float32Array([value]).buffer)],
  load: access([0x2a], 2),
  store: access([0x38], 2),
} as const;

export const f64 = {
  add: plain(0xa0),
  sub: plain(0xa1),
  mul: plain(0xa2),
  div: plain(0xa3),
  max: plain(0xa5),
  sqrt: plain(0x9f),
  ofF32: plain(0xbb),
  ofI32: plain(0xb8),
  load: access([0x2b], 3),
  store: access([0x39], 3),
  const: (value: number): Code => [0x44, ...new Uint8Array(new Float64Array([value]).buffer)],
} as const;

/** Eight int16 at once. */
export const i16x8 = {
  splat: vector(0x10),
  abs: vector(0x80),
  add: vector(0x8e),
  sub: vector(0x91),
  larger: vector(0x98),
} as const;

/** Four int32 at once. */
export const i32x4 = {
  /** Of the first or the last four int16. */
  ofLowI16: vector(0xa7),
  ofHighI16: vector(0xa8),
  sub: vector(0xb1),
  lane: (value: Code, lane: number): Code => join(value, [0xfd, 0x1b, lane]),
} as const;

/** Four float32 at once. */
export const f32x4 = {
  ofI32: vector(0xfa),
  splat: vector(0x13),
  add: vector(0xe4),
  sub: vector(0xe5),
  mul: vector(0xe6),
  /** `a < b ? b : a`: one instruction, and NaN in `a` stays. */
  larger: vector(0xeb),
  /** `b < a ? b : a`, the same. */
  smaller: vector(0xea),
  equal: vector(0x41),
  /** -1 (all bits) in a lane where it holds, else 0. */
  below: vector(0x43),
  above: vector(0x44),
} as const;

export const v128 = {
  zero: [0xfd, 0x0c, ...Array.from({ length: 16 }, () => 0)],
  load: access([0xfd, 0x00], 2),
  /** Eight bytes as int16. */
  loadBytes: access([0xfd, 0x02], 0),
  loadSplat: access([0xfd, 0x09], 2),
  store: access([0xfd, 0x0b], 2),
  and: vector(0x4e),
  /** Stores lanes 0 and 1. */
  storeHalf: (address: Code, value: Code, offset = 0): Code =>
    join(address, value, [0xfd, 0x5b, 2, ...unsigned(offset), 0]),
  /** Stores lane 0. */
  storeLane: (address: Code, value: Code, offset = 0): Code =>
    join(address, value, [0xfd, 0x5a, 2, ...unsigned(offset), 0]),
  /** Lanes 2 and 3 moved to 0 and 1. */
  upperHalf: (value: Code): Code =>
    join(value, value, [0xfd, 0x0d, ...Array.from({ length: 16 }, (_, lane) => (lane + 8) % 16)]),
} as const;

export const memory = {
  copy: (to: Code, from: Code, bytes: Code): Code => join(to, from, bytes, [0xfc, 0x0a, 0, 0]),
  fill: (to: Code, value: Code, bytes: Code): Code => join(to, value, bytes, [0xfc, 0x0b, 0]),
} as const;

/** `condition ? a : b`, both of which are evaluated. */
export const select = (condition: Code, a: Code, b: Code): Code => join(a, b, condition, [0x1b]);

const EMPTY = 0x40;
const END = 0x0b;

export const when = (condition: Code, then: readonly Code[], otherwise: readonly Code[] = []): Code =>
  join(condition, [0x04, EMPTY], ...then, otherwise.length === 0 ? [] : [0x05], ...otherwise, [END]);

/** Tests before every round. */
export const whileTrue = (condition: Code, body: readonly Code[]): Code =>
  join([0x02, EMPTY, 0x03, EMPTY], condition, [0x45, 0x0d, 1], ...body, [0x0c, 0, END, END]);

/** Tests after every round. */
export const repeatWhile = (body: readonly Code[], condition: Code): Code =>
  join([0x03, EMPTY], ...body, condition, [0x0d, 0, END]);

export const forever = (body: readonly Code[]): Code => join([0x03, EMPTY], ...body, [0x0c, 0, END]);

export const call = (index: number, ...operands: readonly Code[]): Code =>
  join(...operands, [0x10, ...unsigned(index)]);

/** Calls the function of a type at a place in table 0. */
export const callIndirect = (type: number, place: Code, ...operands: readonly Code[]): Code =>
  join(...operands, place, [0x11, ...unsigned(type), 0]);

export const drop = (value: Code): Code => [...value, 0x1a];
