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

/** The same for rows of `columns` numbers, few enough that speed does not matter. */
export function requireFiniteValues(values: ArrayLike<number>, columns: number, what: string): void {
  for (let i = 0; i < values.length; i++)
    if (!Number.isFinite(values[i]))
      throw new RangeError(`expected finite ${what}, got ${values[i]} in row ${Math.floor(i / columns)}`);
}

/** Whether nothing is NaN or infinite, told by the bits: all ones in the exponent, to which one more is an overflow. */
function isAllFinite(data: Float32Array | Float64Array): boolean {
  const words = new Int32Array(data.buffer, data.byteOffset, data.byteLength / 4);
  // The exponent of a double is in its second word.
  return data instanceof Float32Array
    ? !overflows(words, 0, 1, 0x7f800000, 0x00800000)
    : !overflows(words, 1, 2, 0x7ff00000, 0x00100000);
}

function overflows(words: Int32Array, start: number, step: number, mask: number, one: number): boolean {
  let a = 0;
  let b = 0;
  let i = start;
  for (const end = words.length - step; i < end; i += 2 * step) {
    a |= ((words[i]! & mask) + one) | 0;
    b |= ((words[i + step]! & mask) + one) | 0;
  }
  if (i < words.length) a |= ((words[i]! & mask) + one) | 0;
  return (a | b) < 0;
}
