import type { GoldenOutput } from './op-table.js';

/** What a golden file says of one result: values within a tolerance, a bound, or a match of its own kind. */
export interface Expected {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data?: readonly number[];
  readonly match?: 'up-to-sign-rows' | 'up-to-sign-columns' | 'up-to-renaming' | 'row-sets' | 'f1' | 'half-to-twice';
  readonly atMost?: number;
  readonly atLeast?: number;
}

export interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}

/** `error` is the worst |got - expected| over the allowed difference: at most 1 passes; 0 where it is exact. */
export interface Verdict {
  readonly error: number;
  readonly problem: string | null;
}

const pass: Verdict = { error: 0, problem: null };
const fail = (problem: string): Verdict => ({ error: Number.POSITIVE_INFINITY, problem });

function valuesOf(got: GoldenOutput): ArrayLike<number> {
  if (typeof got === 'number') return [got];
  return 'data' in got ? got.data : got;
}

function worst(got: ArrayLike<number>, expected: ArrayLike<number>, { rtol, atol }: Tolerance): Verdict {
  let error = 0;
  let at = 0;
  for (let i = 0; i < expected.length; i++) {
    const allowed = atol + rtol * Math.abs(expected[i]!);
    const difference = Math.abs(Number(got[i]) - expected[i]!);
    const relative = difference === 0 ? 0 : difference / allowed;
    if (!(relative <= error)) {
      error = Number.isNaN(relative) ? Number.POSITIVE_INFINITY : relative;
      at = i;
    }
  }
  return error <= 1
    ? { error, problem: null }
    : { error, problem: `element ${at}: expected ${expected[at]}, got ${got[at]}` };
}

/** Negates rows or columns of `got` where that brings them nearer to `expected`. */
function alignSigns(got: ArrayLike<number>, expected: readonly number[], width: number, byRow: boolean): number[] {
  const aligned = Array.from(got, Number);
  const height = expected.length / width;
  for (let line = 0; line < (byRow ? height : width); line++) {
    let product = 0;
    const places = Array.from({ length: byRow ? width : height }, (_, i) =>
      byRow ? line * width + i : i * width + line,
    );
    for (const place of places) product += aligned[place]! * expected[place]!;
    if (product < 0) for (const place of places) aligned[place] = -aligned[place]!;
  }
  return aligned;
}

function sameUpToRenaming(got: ArrayLike<number>, expected: readonly number[]): boolean {
  const there = new Map<number, number>([[0, 0]]);
  const back = new Map<number, number>([[0, 0]]);
  return expected.every((label, i) => {
    const mine = Number(got[i]);
    if (!there.has(mine) && !back.has(label)) {
      there.set(mine, label);
      back.set(label, mine);
    }
    return there.get(mine) === label && back.get(label) === mine;
  });
}

function sameRowSets(got: ArrayLike<number>, expected: readonly number[], width: number): boolean {
  for (let row = 0; row < expected.length; row += width) {
    const mine = new Set(Array.from({ length: width }, (_, i) => Number(got[row + i])));
    if (mine.size !== width || !expected.slice(row, row + width).every((value) => mine.has(value))) return false;
  }
  return true;
}

/** F1 of two edge maps; an edge pixel is right when the other map has one within one pixel in each direction. */
function edgeF1(got: ArrayLike<number>, expected: readonly number[], height: number, width: number): number {
  const share = (from: ArrayLike<number>, to: ArrayLike<number>): { hits: number; total: number } => {
    let hits = 0;
    let total = 0;
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        if (Number(from[y * width + x]) === 0) continue;
        total++;
        let near = false;
        for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++)
          for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++)
            near ||= Number(to[v * width + u]) !== 0;
        if (near) hits++;
      }
    return { hits, total };
  };
  const precision = share(got, expected);
  const recall = share(expected, got);
  if (precision.total === 0 && recall.total === 0) return 1;
  if (precision.hits === 0 || recall.hits === 0) return 0;
  const p = precision.hits / precision.total;
  const r = recall.hits / recall.total;
  return (2 * p * r) / (p + r);
}

/** Compares one result by the rules of NN.md and DATA.md. `bound` is the `f1` entry that belongs to an edge map. */
export function compare(
  got: GoldenOutput | undefined,
  expected: Expected,
  tolerance: Tolerance,
  bound?: Expected,
): Verdict {
  if (got === undefined) return fail('missing from the result');
  const values = valuesOf(got);
  if (expected.data === undefined) {
    const value = Number(values[0]);
    const low = expected.atLeast ?? Number.NEGATIVE_INFINITY;
    const high = expected.atMost ?? Number.POSITIVE_INFINITY;
    return value >= low && value <= high ? pass : fail(`expected a value in [${low}, ${high}], got ${value}`);
  }
  const size = expected.shape.reduce((product, side) => product * side, 1);
  if (typeof got === 'object' && 'shape' in got && got.shape.join() !== expected.shape.join())
    return fail(`expected shape [${expected.shape.join()}], got [${got.shape.join()}]`);
  if (values.length !== size) return fail(`expected ${size} values, got ${values.length}`);
  const width = expected.shape.at(-1) ?? 1;
  const isExact = expected.dtype === 'int32' || expected.dtype === 'bool';
  const allowed = isExact
    ? { rtol: 0, atol: 0 }
    : { rtol: expected.dtype === 'uint8' ? 0 : tolerance.rtol, atol: tolerance.atol };
  switch (expected.match) {
    case undefined:
      return worst(values, expected.data, allowed);
    case 'up-to-sign-rows':
    case 'up-to-sign-columns':
      return worst(
        alignSigns(values, expected.data, width, expected.match === 'up-to-sign-rows'),
        expected.data,
        allowed,
      );
    case 'up-to-renaming':
      return sameUpToRenaming(values, expected.data) ? pass : fail('labels differ by more than their names');
    case 'row-sets':
      return sameRowSets(values, expected.data, width) ? pass : fail('a row differs as a set');
    case 'half-to-twice': {
      const [count, mine] = [expected.data[0]!, Number(values[0])];
      return mine >= count / 2 && mine <= count * 2 ? pass : fail(`expected ${count / 2}..${count * 2}, got ${mine}`);
    }
    default: {
      const score = edgeF1(values, expected.data, expected.shape[1]!, expected.shape[2]!);
      const lowest = bound?.atLeast ?? 1;
      return score >= lowest ? pass : fail(`F1 of edge pixels is ${score.toFixed(4)}, at least ${lowest} expected`);
    }
  }
}
