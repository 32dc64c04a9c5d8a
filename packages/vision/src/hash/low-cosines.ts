import {
  advance,
  code,
  type Code,
  f32,
  f32x4,
  get,
  i16x8,
  i32,
  i32x4,
  loop,
  moduleOf,
  set,
  v128,
} from './wasm-code.js';

/** The 8 x 8 lowest coefficients of one picture in single precision; what they say holds until the next picture. */
export interface LowCosines {
  /** [64] row-major */
  readonly coefficients: Float32Array;
  /** [64] how many coefficients are less than each */
  readonly ranks: Int32Array;
  /** Turns a picture of `bytes` into coefficients; returns the most that one of them differs from its true value. */
  readonly transform: (bytes: Uint8Array, start: number) => number;
}

/** Node has it, but not its types. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => {
    readonly exports: { readonly memory: { readonly buffer: ArrayBuffer }; readonly run: () => void };
  };
};

/** Where things lie in the memory of the module. */
const acrossTable = 0; // [32, 8] cosines of the columns
const downTable = 1024; // [16, 8] cosines of half of the rows; the others follow by symmetry
const rows = 1536; // [8, 32] after the pass down
const result = 2560; // [8, 8] coefficients
const ranks = 2816; // [64] int32
const magnitudes = 3072; // [8] int16: sums of |pixel - 128|
const pixels = 4096; // [32, 32]

/** 2 cos(pi k (2 n + 1) / 64), the unnormalised DCT-II of 32 values */
const cosine = (k: number, n: number): number => 2 * Math.cos((Math.PI * k * (2 * n + 1)) / 64);

/** Locals: four pointers, then vectors. */
const [outer, upper, lower, weights] = [0, 1, 2, 3];
const [magnitude, sum, difference, scratch, totals] = [4, 5, 6, 7, 8];
const pointers = 4;
const vectors = 20;

/** total += weight * scratch */
const addScaled = (total: number, weight: Code): Code =>
  code(f32x4.add(get(total), f32x4.mul(weight, get(scratch))), set(total));

const clear = (local: number): Code => code(v128.zero, set(local));
const clearTotals = (count: number): Code => code(...Array.from({ length: count }, (_, at) => clear(totals + at)));

/** A row and its opposite, eight columns: even coefficients take their sum, odd ones their difference. */
function addRowPair(): Code {
  const [above, below] = [v128.load8x8(get(upper), pixels), v128.load8x8(get(lower), pixels)];
  // |a| + |b| is the larger of |a + b| and |a - b|.
  const both = i16x8.max(i16x8.abs(get(sum)), i16x8.abs(get(difference)));
  const parts: Code[] = [
    code(i16x8.sub(i16x8.add(above, below), i16x8.splat(i32.constant(256))), set(sum)),
    code(i16x8.sub(above, below), set(difference)),
    code(i16x8.add(get(magnitude), both), set(magnitude)),
  ];
  for (const half of [0, 1])
    for (const parity of [0, 1]) {
      parts.push(f32x4.half(get(parity === 0 ? sum : difference), half === 1), set(scratch));
      for (let k = parity; k < 8; k += 2)
        parts.push(addScaled(totals + 2 * k + half, v128.loadSplat(get(weights), downTable + 4 * k)));
    }
  return code(...parts, advance(upper, 32), advance(lower, -32));
}

function passDown(): Code {
  // The counter counts pixels; results have four bytes each.
  const to = i32.shiftLeft(get(outer), 2);
  const stores = Array.from({ length: 16 }, (_, at) =>
    v128.store(to, get(totals + at), rows + 128 * (at >> 1) + 16 * (at & 1)),
  );
  const eightColumns = code(
    clearTotals(16),
    code(get(outer), set(upper)),
    code(i32.add(get(outer), i32.constant(31 * 32)), set(lower)),
    loop(weights, 0, 16 * 32, 32, addRowPair()),
    ...stores,
  );
  return loop(outer, 0, 32, 8, eightColumns);
}

/** Four rows at a time, each against all eight cosines of its columns. */
function passAcross(): Code {
  const parts: Code[] = [];
  for (const [half, local] of [sum, difference].entries())
    parts.push(v128.load(get(weights), acrossTable + 16 * half), set(local));
  for (let row = 0; row < 4; row++) {
    parts.push(v128.loadSplat(get(upper), rows + 128 * row), set(scratch));
    for (const [half, local] of [sum, difference].entries()) parts.push(addScaled(totals + 2 * row + half, get(local)));
  }
  const column = code(...parts, advance(upper, 4));
  // A row of 32 values gives eight.
  const to = i32.shiftRight(get(outer), 2);
  const stores = Array.from({ length: 8 }, (_, at) => v128.store(to, get(totals + at), result + 16 * at));
  const fourRows = code(clearTotals(8), get(outer), set(upper), loop(weights, 0, 32 * 32, 32, column), ...stores);
  return loop(outer, 0, 1024, 512, fourRows);
}

/** The number of smaller coefficients of each: all against all, without a branch that could be mispredicted. */
function rankAll(): Code {
  const compare = Array.from({ length: 16 }, (_, at) => {
    const isLess = f32x4.less(v128.load(i32.constant(0), result + 16 * at), get(scratch));
    return code(i32x4.sub(get(sum), isLess), set(sum));
  });
  const lane = (at: number): Code => i32x4.lane(get(sum), at);
  const count = i32.add(i32.add(lane(0), lane(1)), i32.add(lane(2), lane(3)));
  const one = code(v128.loadSplat(get(outer), result), set(scratch), clear(sum), ...compare);
  return loop(outer, 0, 256, 4, code(one, i32.store(get(outer), count, ranks)));
}

/** The pixels were taken less 128, which only the constant coefficient shows. */
const restoreConstant = (): Code => {
  const restored = f32.add(f32.load(i32.constant(0), result), f32.constant(4 * 128 * 1024));
  return f32.store(i32.constant(0), restored, result);
};

/** Roundings of one coefficient: 17 on the way down, 33 across, and a little for their products. */
const relativeError = 52 * 2 ** -24;
/** Rounding of the constant coefficient, which is at most 2^20. */
const constantError = 2 ** -4;

/**
 * The 8 x 8 lowest DCT-II coefficients of grey 32 x 32 pictures, and their ranks, with vector instructions of
 * WebAssembly: several times as fast as double precision in plain code.
 */
export function createLowCosines(): LowCosines {
  const keepMagnitudes = v128.store(i32.constant(0), get(magnitude), magnitudes);
  const body = code(clear(magnitude), passDown(), keepMagnitudes, passAcross(), restoreConstant(), rankAll());
  const { memory, run } = new WebAssembly.Instance(new WebAssembly.Module(moduleOf(body, pointers, vectors))).exports;
  const table = Float32Array.from({ length: 256 }, (_, at) => cosine(at & 7, at >> 3));
  new Float32Array(memory.buffer, acrossTable, 256).set(table);
  new Float32Array(memory.buffer, downTable, 128).set(table.subarray(0, 128));
  const picture = new Uint8Array(memory.buffer, pixels, 1024);
  const lanes = new Int16Array(memory.buffer, magnitudes, 8);
  return {
    coefficients: new Float32Array(memory.buffer, result, 64),
    ranks: new Int32Array(memory.buffer, ranks, 64),
    transform(bytes, start) {
      picture.set(bytes.subarray(start, start + 1024));
      run();
      let total = 0;
      for (let lane = 0; lane < 8; lane++) total += lanes[lane]!;
      return 4 * relativeError * total + constantError;
    },
  };
}
