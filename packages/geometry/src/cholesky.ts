/**
 * Solves A X = B for a symmetric positive definite A by its Cholesky factor.
 *
 * @param matrix [n, n] A; replaced by its factor
 * @param right [n, columns] B; replaced by X
 * @throws RangeError where A is not positive definite
 */
export function solvePositiveDefinite(matrix: Float64Array, right: Float64Array, n: number): void {
  const columns = n === 0 ? 0 : right.length / n;
  for (let j = 0; j < n; j++)
    for (let i = j; i < n; i++) {
      let sum = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= matrix[i * n + k]! * matrix[j * n + k]!;
      if (i > j) matrix[i * n + j] = sum / matrix[j * n + j]!;
      else if (sum > 0) matrix[j * n + j] = Math.sqrt(sum);
      else throw new RangeError(`expected a positive definite matrix, row ${j} depends on those before it`);
    }
  for (let i = 0; i < n; i++) substitute(matrix, right, n, columns, i, 0, i, false);
  for (let i = n - 1; i >= 0; i--) substitute(matrix, right, n, columns, i, i + 1, n, true);
}

/** Row i of the solution from rows first..end-1, which are solved. */
function substitute(
  factor: Float64Array,
  right: Float64Array,
  n: number,
  columns: number,
  i: number,
  first: number,
  end: number,
  transposed: boolean,
): void {
  for (let k = first; k < end; k++) {
    const entry = transposed ? factor[k * n + i]! : factor[i * n + k]!;
    for (let c = 0; c < columns; c++) right[i * columns + c]! -= entry * right[k * columns + c]!;
  }
  for (let c = 0; c < columns; c++) right[i * columns + c]! /= factor[i * n + i]!;
}
