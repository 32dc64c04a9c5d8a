/** Bytes of WebAssembly. Operands come before what uses them, as on its stack. */
export type Code = readonly number[];

/** Parts one after the other. */
export const code = (...parts: readonly (number | Code)[]): Code => parts.flat();

/** A whole number of at least 0: seven bits a byte, lowest first. */
function unsigned(value: number): Code {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >> 7)];
}
const signed = (value: number): Code =>
  value >= -64 && value < 64 ? [value & 127] : [(value & 127) | 128, ...signed(value >> 7)];
/** Alignment as a power of two, which is a hint only, and the offset to the address on the stack. */
const place = (alignment: number, offset: number): Code => code(alignment, unsigned(offset));

export const get = (local: number): Code => [0x20, local];
export const set = (local: number): Code => [0x21, local];
/** local += step */
export const advance = (local: number, step: number): Code => code(get(local), i32.constant(step), 0x6a, set(local));

/** Runs `body` for a counter in a local from `start` in steps until it reaches `end`. */
export const loop = (counter: number, start: number, end: number, step: number, body: Code): Code =>
  code(
    code(i32.constant(start), set(counter), 0x03, 0x40),
    body,
    advance(counter, step),
    code(get(counter), i32.constant(end), 0x49, 0x0d, 0, 0x0b),
  );

/** Single numbers. */
export const i32 = {
  constant: (value: number): Code => code(0x41, signed(value)),
  add: (a: Code, b: Code): Code => code(a, b, 0x6a),
  shiftLeft: (a: Code, bits: number): Code => code(a, i32.constant(bits), 0x74),
  shiftRight: (a: Code, bits: number): Code => code(a, i32.constant(bits), 0x76),
  store: (address: Code, value: Code, offset: number): Code => code(address, value, 0x36, place(2, offset)),
};
export const f32 = {
  constant: (value: number): Code => code(0x43, Array.from(new Uint8Array(Float32Array.of(value).buffer))),
  add: (a: Code, b: Code): Code => code(a, b, 0x92),
  load: (address: Code, offset: number): Code => code(address, 0x2a, place(2, offset)),
  store: (address: Code, value: Code, offset: number): Code => code(address, value, 0x38, place(2, offset)),
};

const simd = (operation: number, ...operands: readonly Code[]): Code => code(...operands, 0xfd, unsigned(operation));

/** Vectors of 128 bits. */
export const v128 = {
  zero: code(
    0xfd,
    12,
    Array.from({ length: 16 }, () => 0),
  ),
  load: (address: Code, offset: number): Code => code(simd(0, address), place(0, offset)),
  /** Eight bytes as int16. */
  load8x8: (address: Code, offset: number): Code => code(simd(2, address), place(0, offset)),
  /** One float four times. */
  loadSplat: (address: Code, offset: number): Code => code(simd(9, address), place(0, offset)),
  store: (address: Code, value: Code, offset: number): Code => code(simd(11, address, value), place(0, offset)),
};
export const i16x8 = {
  splat: (a: Code): Code => simd(16, a),
  abs: (a: Code): Code => simd(128, a),
  add: (a: Code, b: Code): Code => simd(142, a, b),
  sub: (a: Code, b: Code): Code => simd(145, a, b),
  max: (a: Code, b: Code): Code => simd(152, a, b),
};
export const i32x4 = {
  sub: (a: Code, b: Code): Code => simd(177, a, b),
  lane: (a: Code, lane: number): Code => code(simd(27, a), lane),
};
export const f32x4 = {
  add: (a: Code, b: Code): Code => simd(228, a, b),
  mul: (a: Code, b: Code): Code => simd(230, a, b),
  /** -1 in a lane where it is less, else 0. */
  less: (a: Code, b: Code): Code => simd(67, a, b),
  /** Four of eight int16. */
  half: (a: Code, isHigh: boolean): Code => simd(250, simd(isHigh ? 168 : 167, a)),
};

const section = (id: number, content: Code): Code => code(id, unsigned(content.length), content);
const text = (value: string): Code => code(value.length, Array.from(Buffer.from(value)));

/**
 * A module that exports one page of `memory` and `run`, a function without arguments.
 *
 * @param pointers int32 locals, which come first; then `vectors`
 */
export const moduleOf = (body: Code, pointers: number, vectors: number): Uint8Array<ArrayBuffer> => {
  const functionBody = code(2, pointers, 0x7f, vectors, 0x7b, body, 0x0b);
  return Uint8Array.from(
    code(
      [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, [1, 0x60, 0, 0]),
      section(3, [1, 0]),
      section(5, [1, 0, 1]),
      section(7, code(2, text('memory'), 2, 0, text('run'), 0, 0)),
      section(10, code(1, unsigned(functionBody.length), functionBody)),
    ),
  );
};
