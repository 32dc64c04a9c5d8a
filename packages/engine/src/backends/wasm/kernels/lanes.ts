import {
  type Code,
  f32,
  f32x4,
  i32,
  type Local,
  type Scope,
  select,
  v128,
  type ValueType,
  whileTrue,
} from '@twoshot/assembly';

/** Arithmetic on so many float32 at once: kernels are written once for vectors and for the channels that are left. */
export interface Lanes {
  readonly type: ValueType;
  readonly bytes: number;
  load(address: Code, offset?: number): Code;
  store(address: Code, value: Code, offset?: number): Code;
  add(a: Code, b: Code): Code;
  sub(a: Code, b: Code): Code;
  mul(a: Code, b: Code): Code;
  /** `a < b ? b : a`, so that NaN stays in `a`. */
  larger(a: Code, b: Code): Code;
  /** `b < a ? b : a`, the same. */
  smaller(a: Code, b: Code): Code;
  /** `value` where `a > b`, else 0. */
  whereAbove(a: Code, b: Code, value: Code): Code;
  /** `value` where `a = b`, else 0. */
  whereEqual(a: Code, b: Code, value: Code): Code;
  /** The same number in every lane. */
  spread(value: Code): Code;
}

export const VECTOR: Lanes = {
  type: 'v128',
  bytes: 16,
  load: (address, offset = 0) => v128.load(address, offset),
  store: (address, value, offset = 0) => v128.store(address, value, offset),
  add: f32x4.add,
  sub: f32x4.sub,
  mul: f32x4.mul,
  larger: f32x4.larger,
  smaller: f32x4.smaller,
  whereAbove: (a, b, value) => v128.and(value, f32x4.above(a, b)),
  whereEqual: (a, b, value) => v128.and(value, f32x4.equal(a, b)),
  spread: f32x4.splat,
};

export const SCALAR: Lanes = {
  type: 'f32',
  bytes: 4,
  load: (address, offset = 0) => f32.load(address, offset),
  store: (address, value, offset = 0) => f32.store(address, value, offset),
  add: f32.add,
  sub: f32.sub,
  mul: f32.mul,
  larger: (a, b) => select(f32.below(a, b), b, a),
  smaller: (a, b) => select(f32.below(b, a), b, a),
  whereAbove: (a, b, value) => select(f32.above(a, b), value, f32.const(0)),
  whereEqual: (a, b, value) => select(f32.equal(a, b), value, f32.const(0)),
  spread: (value) => value,
};

/** Writes `body` for vectors over as many bytes as they fill, then for single numbers over the rest of `end`. */
export function forLanes(
  scope: Scope,
  offset: Local,
  end: Code,
  body: (lanes: Lanes, scope: Scope) => readonly Code[],
): Code {
  return [
    ...offset.set(i32.const(0)),
    ...whileTrue(i32.below(i32.add(offset.get, i32.const(VECTOR.bytes - 1)), end), [
      ...body(VECTOR, scope),
      offset.set(i32.add(offset.get, i32.const(VECTOR.bytes))),
    ]),
    ...whileTrue(i32.below(offset.get, end), [
      ...body(SCALAR, scope),
      offset.set(i32.add(offset.get, i32.const(SCALAR.bytes))),
    ]),
  ];
}
