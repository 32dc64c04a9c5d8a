import { betweenBlocks, type LongWork } from './long-work.js';
import { type Tridiagonal, tridiagonalise } from './tridiagonal.js';

export interface Eigen {
  /** [n] descending */
  readonly values: Float64Array;
  /** [n, n] row i is the unit eigenvector of value i; its largest component is positive */
  readonly vectors: Float64Array;
}

/** More than enough: an eigenvalue takes one or two sweeps. */
const maximumSweeps = 60;

/**
 * All eigenvalues and eigenvectors of a symmetric matrix: Householder reduction, then implicit QL steps with
 * Wilkinson's shift. About a second for n = 512.
 *
 * @param matrix [n, n] symmetric; the average with its transpose is taken, so rounding of the two halves is harmless
 */
export async function eigenSymmetric(matrix: Float64Array, n: number, work: LongWork = {}): Promise<Eigen> {
  if (matrix.length !== n * n) throw new RangeError(`expected ${n} x ${n} values, got ${matrix.length}`);
  const symmetric = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      symmetric[i * n + j] = (matrix[i * n + j]! + matrix[j * n + i]!) / 2;
      if (!Number.isFinite(symmetric[i * n + j])) throw new RangeError(`expected a finite matrix, row ${i} is not`);
    }
  const reduced = await tridiagonalise(symmetric, n, work);
  await diagonalise(reduced, n, work);
  return sorted(reduced, n);
}

async function diagonalise(
  { diagonal: d, offDiagonal: e, basis }: Tridiagonal,
  n: number,
  work: LongWork,
): Promise<void> {
  for (let low = 0; low < n; low++) {
    for (let sweep = 0; ; sweep++) {
      let high = low;
      while (high < n - 1 && Math.abs(e[high]!) > Number.EPSILON * (Math.abs(d[high]!) + Math.abs(d[high + 1]!)))
        high++;
      if (high === low) break;
      if (sweep === maximumSweeps) throw new Error(`eigenvalue ${low} did not converge in ${maximumSweeps} sweeps`);
      implicitStep(d, e, basis, n, low, high);
    }
    if (low % 32 === 31) await betweenBlocks(work, low, n);
  }
}

/** One implicit QL step on the unreduced block low..high; every rotation turns two neighbouring rows of the basis. */
function implicitStep(
  d: Float64Array,
  e: Float64Array,
  basis: Float64Array,
  n: number,
  low: number,
  high: number,
): void {
  let g = (d[low + 1]! - d[low]!) / (2 * e[low]!);
  let r = Math.hypot(g, 1);
  g = d[high]! - d[low]! + e[low]! / (g + (g < 0 ? -r : r));
  let [sine, cosine, shift] = [1, 1, 0];
  let i = high - 1;
  for (; i >= low; i--) {
    const f = sine * e[i]!;
    const b = cosine * e[i]!;
    r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      // The block fell apart: undo the shift and let the caller look for the new block.
      d[i + 1]! -= shift;
      e[high] = 0;
      return;
    }
    sine = f / r;
    cosine = g / r;
    g = d[i + 1]! - shift;
    r = (d[i]! - g) * sine + 2 * cosine * b;
    shift = sine * r;
    d[i + 1] = g + shift;
    g = cosine * r - b;
    rotate(basis, n, i, cosine, sine);
  }
  d[low]! -= shift;
  e[low] = g;
  e[high] = 0;
}

function rotate(basis: Float64Array, n: number, row: number, cosine: number, sine: number): void {
  for (let lower = row * n, upper = lower + n, end = upper; lower < end; lower++, upper++) {
    const [a, b] = [basis[lower]!, basis[upper]!];
    basis[upper] = sine * a + cosine * b;
    basis[lower] = cosine * a - sine * b;
  }
}

function sorted({ diagonal, basis }: Tridiagonal, n: number): Eigen {
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => diagonal[b]! - diagonal[a]! || a - b);
  const values = Float64Array.from(order, (i) => diagonal[i]!);
  const vectors = new Float64Array(n * n);
  for (const [row, i] of order.entries()) {
    const vector = basis.subarray(i * n, (i + 1) * n);
    let largest = 0;
    for (let j = 1; j < n; j++) if (Math.abs(vector[j]!) > Math.abs(vector[largest]!)) largest = j;
    const sign = vector[largest]! < 0 ? -1 : 1;
    for (let j = 0; j < n; j++) vectors[row * n + j] = sign * vector[j]!;
  }
  return { values, vectors };
}
