/**
 * Inverse and log-determinant of a symmetric positive definite matrix by its Cholesky factor. What is not finite in the matrix
 * is not finite in both.
 *
 * @param matrix [side, side]
 * @returns `inverse` [side, side]
 */
export function invertPositive(
  matrix: Float64Array,
  side: number,
): { readonly inverse: Float64Array; readonly logDeterminant: number } {
  const factor = new Float64Array(matrix.length);
  let logDeterminant = 0;
  for (let i = 0; i < side; i++)
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i * side + j]!;
      for (let k = 0; k < j; k++) rest -= factor[i * side + k]! * factor[j * side + k]!;
      factor[i * side + j] = i === j ? Math.sqrt(rest) : rest / factor[j * side + j]!;
      if (i === j) logDeterminant += Math.log(rest);
    }
  // Rows of the transposed inverse of the factor: column j of its inverse lies in row j, so that both loops run along rows.
  const columns = new Float64Array(matrix.length);
  for (let j = 0; j < side; j++) {
    columns[j * side + j] = 1 / factor[j * side + j]!;
    for (let i = j + 1; i < side; i++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum -= factor[i * side + k]! * columns[j * side + k]!;
      columns[j * side + i] = sum / factor[i * side + i]!;
    }
  }
  const inverse = new Float64Array(matrix.length);
  for (let i = 0; i < side; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < side; k++) sum += columns[i * side + k]! * columns[j * side + k]!;
      inverse[i * side + j] = sum;
      inverse[j * side + i] = sum;
    }
  return { inverse, logDeterminant };
}
