import { tf } from '@twoshot/engine';
import { columnMeans, subtractFromRows } from './centring.js';
import { betweenBlocks, type LongWork } from './long-work.js';
import { type Matrix, requireFinite } from './matrix.js';
import { NearestLists } from './nearest-lists.js';
import { normaliseRows, rowNorms } from './row-norm.js';

export interface NeighbourOptions extends LongWork {
  /** Default cosine. */
  readonly metric?: 'cosine' | 'euclidean';
}

/** For every row its k nearest, nearest first; on equal values the lower position is nearer. */
export interface Nearest {
  readonly k: number;
  /** [rows, k] positions among the reference rows */
  readonly position: Int32Array;
  /** [rows, k] cosine, or minus the squared Euclidean distance: higher is nearer */
  readonly similarity: Float32Array;
}

const blockRows = 2048;
/** Query rows go through the engine in blocks of one fixed shape, so that no row's answer depends on the others. */
const queryBlockRows = 1024;
/** Candidates kept beyond k, since the engine's products may put near ties in the wrong order. */
const spare = 4;
/** Of so few reference rows all are looked at where the spare candidates do not settle who is among the nearest. */
const fewRows = 4096;
/** Largest rounding error of a product of the engine, as a share of the largest that there may be. */
const rounding = 1e-5;

/**
 * The k nearest other rows of every row. Half of the products are enough since similarity is symmetric: 50,000 rows
 * of 128 take about 6 s on two cores.
 *
 * @param points [rows, dim], finite; a zero row has cosine 0 with every other
 * @param k cut to rows - 1
 */
export async function nearestNeighbours(points: Matrix, k: number, options: NeighbourOptions = {}): Promise<Nearest> {
  requireFinite(points, 'features');
  const prepared = prepare(points, points, options.metric ?? 'cosine');
  const kept = Math.max(0, Math.min(k, points.rows - 1));
  if (kept === 0) return { k: 0, position: new Int32Array(0), similarity: new Float32Array(0) };
  const lists = new NearestLists(points.rows, Math.min(kept + spare, points.rows - 1));
  const left = uploadBlocks(prepared.query, blockRows);
  const right = uploadBlocks(prepared.reference, blockRows);
  try {
    const pairs = (left.length * (left.length + 1)) / 2;
    for (let i = 0, done = 0; i < left.length; i++)
      for (let j = i; j < right.length; j++) {
        offerPairs(product(left[i]!, right[j]!), i * blockRows, j * blockRows, right[j]!.shape[0], lists);
        await betweenBlocks(options, ++done, pairs);
      }
  } finally {
    tf.dispose([left, right]);
  }
  return settle(lists, prepared, kept, true);
}

/**
 * The k nearest reference rows of every query row. The answer of a query row does not depend on the other query rows.
 *
 * @param reference [rows, dim], finite
 * @param query [queries, dim], finite
 * @param k cut to the number of reference rows
 */
export async function nearestTo(
  reference: Matrix,
  query: Matrix,
  k: number,
  options: NeighbourOptions = {},
): Promise<Nearest> {
  if (reference.columns !== query.columns)
    throw new RangeError(`expected query rows of ${reference.columns} values, got ${query.columns}`);
  requireFinite(reference, 'reference features');
  requireFinite(query, 'query features');
  const prepared = prepare(reference, query, options.metric ?? 'cosine');
  const kept = Math.max(0, Math.min(k, reference.rows));
  if (kept === 0) return { k: 0, position: new Int32Array(0), similarity: new Float32Array(0) };
  const lists = new NearestLists(query.rows, Math.min(kept + spare, reference.rows));
  const right = uploadBlocks(prepared.reference, blockRows);
  try {
    const { columns, data } = prepared.query;
    for (let start = 0; start < query.rows; start += queryBlockRows) {
      const rows = Math.min(queryBlockRows, query.rows - start);
      const padded = new Float32Array(queryBlockRows * columns);
      padded.set(data.subarray(start * columns, (start + rows) * columns));
      const left = tf.tensor2d(padded, [queryBlockRows, columns]);
      for (const [j, block] of right.entries())
        offerRows(product(left, block), start, rows, j * blockRows, block.shape[0], lists);
      left.dispose();
      await betweenBlocks(options, start + rows, query.rows);
    }
  } finally {
    tf.dispose(right);
  }
  return settle(lists, prepared, kept, false);
}

interface Prepared {
  readonly reference: Matrix;
  readonly query: Matrix;
  /** The similarity itself, summed in float64. */
  readonly exact: (query: number, reference: number) => number;
  /** Most that a product of a query row may be out by. */
  readonly error: (query: number) => number;
}

/** Rows whose dot product is the similarity. */
function prepare(reference: Matrix, query: Matrix, metric: 'cosine' | 'euclidean'): Prepared {
  if (metric === 'cosine') {
    const unit = normaliseRows(reference);
    const queryUnit = query === reference ? unit : normaliseRows(query);
    return {
      reference: unit,
      query: queryUnit,
      exact: (row, other) => dot(queryUnit, row, unit, other),
      error: () => rounding,
    };
  }
  // Distances do not change with the origin, but their rounding does.
  const centre = columnMeans(reference);
  const [centred, centredQuery] = [subtractFromRows(reference, centre), subtractFromRows(query, centre)];
  const norms = rowNorms(centredQuery);
  const largest = rowNorms(centred).reduce((maximum, norm) => Math.max(maximum, norm), 0);
  return {
    reference: lift(centred, false),
    query: lift(centredQuery, true),
    exact: (row, other) => -squaredDistance(query, row, reference, other),
    error: (row) => rounding * (norms[row]! + largest) ** 2,
  };
}

/** [x, -|x|^2/2, 1] . [2y, 2, -|y|^2] = -|x - y|^2 */
function lift(points: Matrix, isQuery: boolean): Matrix {
  const { rows, columns, data } = points;
  const lifted = new Float32Array(rows * (columns + 2));
  for (let row = 0; row < rows; row++) {
    let norm = 0;
    const to = row * (columns + 2);
    for (let i = 0; i < columns; i++) {
      const value = data[row * columns + i]!;
      norm += value * value;
      lifted[to + i] = isQuery ? value : 2 * value;
    }
    lifted[to + columns] = isQuery ? -norm / 2 : 2;
    lifted[to + columns + 1] = isQuery ? 1 : -norm;
  }
  return { rows, columns: columns + 2, data: lifted };
}

function dot(a: Matrix, rowA: number, b: Matrix, rowB: number): number {
  let sum = 0;
  for (let i = 0, p = rowA * a.columns, q = rowB * b.columns; i < a.columns; i++, p++, q++)
    sum += a.data[p]! * b.data[q]!;
  return sum;
}

function squaredDistance(a: Matrix, rowA: number, b: Matrix, rowB: number): number {
  let sum = 0;
  for (let i = 0, p = rowA * a.columns, q = rowB * b.columns; i < a.columns; i++, p++, q++)
    sum += (a.data[p]! - b.data[q]!) ** 2;
  return sum;
}

function uploadBlocks(points: Matrix, rows: number): tf.Tensor2D[] {
  const { columns, data } = points;
  const blocks: tf.Tensor2D[] = [];
  for (let start = 0; start < points.rows; start += rows) {
    const end = Math.min(start + rows, points.rows);
    blocks.push(tf.tensor2d(data.subarray(start * columns, end * columns), [end - start, columns]));
  }
  return blocks;
}

function product(left: tf.Tensor2D, right: tf.Tensor2D): Float32Array {
  const similarity = tf.matMul(left, right, false, true);
  const values = similarity.dataSync<'float32'>();
  similarity.dispose();
  return values;
}

/** Every pair of one block of rows with a later (or the same) one, offered to both sides. */
function offerPairs(values: Float32Array, startI: number, startJ: number, width: number, lists: NearestLists): void {
  const { threshold } = lists;
  const height = values.length / width;
  for (let i = 0; i < height; i++) {
    const row = startI + i;
    let needed = threshold[row]!;
    for (let j = startI === startJ ? i + 1 : 0, at = i * width + j; j < width; j++, at++) {
      const value = values[at]!;
      if (value > needed) {
        lists.offer(row, startJ + j, value);
        needed = threshold[row]!;
      }
      if (value > threshold[startJ + j]!) lists.offer(startJ + j, row, value);
    }
  }
}

function offerRows(
  values: Float32Array,
  start: number,
  rows: number,
  startJ: number,
  width: number,
  lists: NearestLists,
): void {
  const { threshold } = lists;
  for (let i = 0, at = 0; i < rows; i++) {
    let needed = threshold[start + i]!;
    for (let j = 0; j < width; j++, at++)
      if (values[at]! > needed) {
        lists.offer(start + i, startJ + j, values[at]!);
        needed = threshold[start + i]!;
      }
  }
}

/**
 * Replaces the engine's similarities by exact ones and takes the k best by them, so that neither engines nor the
 * company of other rows decide ties.
 */
function settle(lists: NearestLists, { reference, exact, error }: Prepared, k: number, isWithin: boolean): Nearest {
  const rows = lists.position.length / lists.k;
  const others = reference.rows - (isWithin ? 1 : 0);
  const position = new Int32Array(rows * k);
  const similarity = new Float32Array(rows * k);
  const best = new RankedCandidates(lists.k);
  for (let row = 0; row < rows; row++) {
    best.clear();
    const last = (row + 1) * lists.k - 1;
    for (let at = row * lists.k; at <= last; at++) best.insert(lists.position[at]!, exact(row, lists.position[at]!));
    if (lists.k < others && reference.rows <= fewRows && lists.value[last]! + 2 * error(row) >= best.value[k - 1]!) {
      best.clear();
      for (let other = 0; other < reference.rows; other++)
        if (!isWithin || other !== row) best.insert(other, exact(row, other));
    }
    position.set(best.position.subarray(0, k), row * k);
    similarity.set(best.value.subarray(0, k), row * k);
  }
  return { k, position, similarity };
}

/** The best candidates in descending order of value; the lower position first where values are equal. */
class RankedCandidates {
  readonly position: Int32Array;
  readonly value: Float64Array;
  #count = 0;

  constructor(capacity: number) {
    this.position = new Int32Array(capacity);
    this.value = new Float64Array(capacity);
  }

  clear(): void {
    this.#count = 0;
  }

  insert(candidate: number, value: number): void {
    const capacity = this.value.length;
    let to = this.#count;
    if (to < capacity) this.#count++;
    else if (isNearer(value, candidate, this.value[--to]!, this.position[to]!)) to = capacity - 1;
    else return;
    for (; to > 0 && isNearer(value, candidate, this.value[to - 1]!, this.position[to - 1]!); to--) {
      this.value[to] = this.value[to - 1]!;
      this.position[to] = this.position[to - 1]!;
    }
    this.value[to] = value;
    this.position[to] = candidate;
  }
}

const isNearer = (value: number, candidate: number, other: number, otherCandidate: number): boolean =>
  value > other || (value === other && candidate < otherCandidate);
