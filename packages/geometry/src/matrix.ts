/** Rows of numbers, row-major. */
export interface Matrix<Data extends Float32Array | Float64Array = Float32Array> {
  readonly rows: number;
  readonly columns: number;
  /** [rows, columns] */
  readonly data: Data;
}

export type AnyMatrix = Matrix<Float32Array | Float64Array>;

/** Rows over a buffer that is already there; throws a RangeError where its length does not fit the shape. */
export function matrixOf<Data extends Float32Array | Float64Array>(
  rows: number,
  columns: number,
  data: Data,
): Matrix<Data> {
  if (data.length !== rows * columns)
    throw new RangeError(`expected ${rows} x ${columns} = ${rows * columns} values, got ${data.length}`);
  return { rows, columns, data };
}

/** A copy of some rows, in the order given. */
export function selectRows(points: Matrix, positions: ArrayLike<number>): Matrix {
  const { columns, data } = points;
  const selected = new Float32Array(positions.length * columns);
  for (let row = 0; row < positions.length; row++) {
    const from = positions[row]! * columns;
    selected.set(data.subarray(from, from + columns), row * columns);
  }
  return { rows: positions.length, columns, data: selected };
}

/** Rows of one matrix below those of another of the same width. */
export function stackRows(upper: Matrix, lower: Matrix): Matrix {
  if (upper.columns !== lower.columns)
    throw new RangeError(`expected rows of ${upper.columns} values, got ${lower.columns}`);
  const data = new Float32Array(upper.data.length + lower.data.length);
  data.set(upper.data);
  data.set(lower.data, upper.data.length);
  return { rows: upper.rows + lower.rows, columns: upper.columns, data };
}

/** Throws a RangeError that names the first row with a value that is not finite. */
export function requireFinite(points: AnyMatrix, what: string): void {
  const { data, columns } = points;
  if (isAllFinite(data)) return;
  for (let i = 0; i < data.length; i++)
    if (!Number.isFinite(data[i]))
      throw new RangeError(
        `expected finite ${what}, got ${data[i]} in row ${Math.floor(i / columns)}, column ${i % columns}`,
      );
}

/** Whether nothing is NaN or infinite: such a value less itself is NaN, and four sums at a time hide each other's latency. */
function isAllFinite(data: Float32Array | Float64Array): boolean {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (const end = data.length - 3; i < end; i += 4) {
    a += data[i]! - data[i]!;
    b += data[i + 1]! - data[i + 1]!;
    c += data[i + 2]! - data[i + 2]!;
    d += data[i + 3]! - data[i + 3]!;
  }
  for (; i < data.length; i++) a += data[i]! - data[i]!;
  return a + b + c + d === 0;
}
