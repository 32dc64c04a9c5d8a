import {
  assemble,
  type Code,
  f32,
  f32x4,
  i16x8,
  i32,
  i32x4,
  type Local,
  repeatWhile,
  type Scope,
  v128,
  WebAssembly,
} from '@twoshot/assembly';

/** The 8 x 8 lowest coefficients of one image in single precision; what they say holds until the next image. */
export interface LowCosines {
  /** [64] row-major */
  readonly coefficients: Float32Array;
  /** [64] how many coefficients are less than each */
  readonly ranks: Int32Array;
  /** Turns an image of `bytes` into coefficients; returns the most that one of them differs from its true value. */
  readonly transform: (bytes: Uint8Array, start: number) => number;
}

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

/** Locals of the one function. */
function localsOf(scope: Scope) {
  const [outer, upper, lower, weights] = scope.locals('i32', 4);
  const [magnitude, sum, difference, scratch] = scope.locals('v128', 4);
  const totals: readonly Local[] = scope.locals('v128', 16);
  return { outer, upper, lower, weights, magnitude, sum, difference, scratch, totals };
}

type Locals = ReturnType<typeof localsOf>;

const advance = (local: Local, step: number): Code => local.set(i32.add(local.get, i32.const(step)));

/** Runs `body` for a counter from 0 in steps until it reaches `end`. */
const loop = (counter: Local, end: number, step: number, body: readonly Code[]): Code => [
  counter.set(i32.const(0)),
  repeatWhile([...body, advance(counter, step)], i32.below(counter.get, i32.const(end))),
];

/** total += weight * scratch */
const addScaled = (total: Local, weight: Code, { scratch }: Locals): Code =>
  total.set(f32x4.add(total.get, f32x4.mul(weight, scratch.get)));

const clear = (local: Local): Code => local.set(v128.zero);

/** A row and its opposite, eight columns: even coefficients take their sum, odd ones their difference. */
function addRowPair(locals: Locals): Code[] {
  const { upper, lower, weights, magnitude, sum, difference, scratch, totals } = locals;
  const [above, below] = [v128.loadBytes(upper.get, pixels), v128.loadBytes(lower.get, pixels)];
  // |a| + |b| is the larger of |a + b| and |a - b|.
  const both = i16x8.larger(i16x8.abs(sum.get), i16x8.abs(difference.get));
  const parts: Code[] = [
    sum.set(i16x8.sub(i16x8.add(above, below), i16x8.splat(i32.const(256)))),
    difference.set(i16x8.sub(above, below)),
    magnitude.set(i16x8.add(magnitude.get, both)),
  ];
  for (const [half, widen] of [i32x4.ofLowI16, i32x4.ofHighI16].entries())
    for (const [parity, source] of [sum, difference].entries()) {
      parts.push(scratch.set(f32x4.ofI32(widen(source.get))));
      for (let k = parity; k < 8; k += 2)
        parts.push(addScaled(totals[2 * k + half]!, v128.loadSplat(weights.get, downTable + 4 * k), locals));
    }
  return [...parts, advance(upper, 32), advance(lower, -32)];
}

function passDown(locals: Locals): Code {
  const { outer, upper, lower, weights, totals } = locals;
  // The counter counts pixels; results have four bytes each.
  const to = i32.shiftLeft(outer.get, i32.const(2));
  const stores = totals.map((total, at) => v128.store(to, total.get, rows + 128 * (at >> 1) + 16 * (at & 1)));
  return loop(outer, 32, 8, [
    ...totals.map(clear),
    upper.set(outer.get),
    lower.set(i32.add(outer.get, i32.const(31 * 32))),
    loop(weights, 16 * 32, 32, addRowPair(locals)),
    ...stores,
  ]);
}

/** Four rows at a time, each against all eight cosines of its columns. */
function passAcross(locals: Locals): Code {
  const { outer, upper, weights, sum, difference, scratch } = locals;
  const totals = locals.totals.slice(0, 8);
  const halves = [sum, difference];
  const column: Code[] = halves.map((local, half) => local.set(v128.load(weights.get, acrossTable + 16 * half)));
  for (let row = 0; row < 4; row++) {
    column.push(scratch.set(v128.loadSplat(upper.get, rows + 128 * row)));
    for (const [half, local] of halves.entries()) column.push(addScaled(totals[2 * row + half]!, local.get, locals));
  }
  // A row of 32 values gives eight.
  const to = i32.shiftRight(outer.get, i32.const(2));
  return loop(outer, 1024, 512, [
    ...totals.map(clear),
    upper.set(outer.get),
    loop(weights, 32 * 32, 32, [...column, advance(upper, 4)]),
    ...totals.map((total, at) => v128.store(to, total.get, result + 16 * at)),
  ]);
}

/** The number of smaller coefficients of each: all against all, without a branch that could be mispredicted. */
function rankAll({ outer, sum, scratch }: Locals): Code {
  const compare = Array.from({ length: 16 }, (_, at) => {
    const isLess = f32x4.below(v128.load(i32.const(0), result + 16 * at), scratch.get);
    return sum.set(i32x4.sub(sum.get, isLess));
  });
  const lane = (at: number): Code => i32x4.lane(sum.get, at);
  const count = i32.add(i32.add(lane(0), lane(1)), i32.add(lane(2), lane(3)));
  return loop(outer, 256, 4, [
    scratch.set(v128.loadSplat(outer.get, result)),
    clear(sum),
    ...compare,
    i32.store(outer.get, count, ranks),
  ]);
}

/** The pixels were taken less 128, which only the constant coefficient shows. */
const restoreConstant = (): Code => {
  const restored = f32.add(f32.load(i32.const(0), result), f32.const(4 * 128 * 1024));
  return f32.store(i32.const(0), restored, result);
};

/** Roundings of one coefficient: 17 on the way down, 33 across, and a little for their products. */
const relativeError = 52 * 2 ** -24;
/** Rounding of the constant coefficient, which is at most 2^20. */
const constantError = 2 ** -4;

/**
 * The 8 x 8 lowest DCT-II coefficients of grey 32 x 32 images, and their ranks, with vector instructions of
 * WebAssembly: several times as fast as double precision in plain code.
 */
export function createLowCosines(): LowCosines {
  const write = (scope: Scope): Code[] => {
    const locals = localsOf(scope);
    const keepMagnitudes = v128.store(i32.const(0), locals.magnitude.get, magnitudes);
    const passes = [passDown(locals), keepMagnitudes, passAcross(locals), restoreConstant(), rankAll(locals)];
    return [clear(locals.magnitude), ...passes];
  };
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const module = new WebAssembly.Module(assemble([{ name: 'run', parameters: [], write }], 'page'));
  const run = new WebAssembly.Instance(module, { env: { memory } }).exports['run']!;
  const table = Float32Array.from({ length: 256 }, (_, at) => cosine(at & 7, at >> 3));
  new Float32Array(memory.buffer, acrossTable, 256).set(table);
  new Float32Array(memory.buffer, downTable, 128).set(table.subarray(0, 128));
  const image = new Uint8Array(memory.buffer, pixels, 1024);
  const lanes = new Int16Array(memory.buffer, magnitudes, 8);
  return {
    coefficients: new Float32Array(memory.buffer, result, 64),
    ranks: new Int32Array(memory.buffer, ranks, 64),
    transform(bytes, start) {
      image.set(bytes.subarray(start, start + 1024));
      run();
      let total = 0;
      for (let lane = 0; lane < 8; lane++) total += lanes[lane]!;
      return 4 * relativeError * total + constantError;
    },
  };
}
