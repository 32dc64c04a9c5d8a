import {
  argMaxRows,
  classMeans,
  columnMeans,
  cosineSimilarities,
  type Matrix,
  requireFinite,
  stackRows,
  subtractFromRows,
} from '@twoshot/geometry';

export interface RectifiedPrototypes {
  /** [queries] class of each query under the initial prototypes */
  readonly pseudoLabels: Int32Array;
  /** [classes, dim] */
  readonly prototypes: Matrix<Float64Array>;
  /** [dim] mean of the query rows minus that of the labelled ones, subtracted from the query rows first */
  readonly shift: Float64Array;
  /** [queries, classes] cosine of the shifted query and the rectified prototypes */
  readonly cosines: Matrix<Float64Array>;
}

/**
 * Prototype rectification by cosine-weighted averages over a class's own labelled and pseudo-labelled rows (BD-CSPN,
 * Liu et al. 2020, equations 5 to 8), after queries were shifted to the mean of the labelled rows.
 *
 * @param support [rows, dim]
 * @param labels [rows] every class at least once
 * @param query [queries, dim]
 */
export function rectifyPrototypes(
  support: Matrix,
  labels: ArrayLike<number>,
  query: Matrix,
  { classes, temperature }: { readonly classes: number; readonly temperature: number },
): RectifiedPrototypes {
  requireFinite(support, 'labelled rows');
  requireFinite(query, 'query rows');
  const supportMean = columnMeans(support);
  const shift = columnMeans(query).map((value, i) => value - supportMean[i]!);
  const shifted = subtractFromRows(query, shift);
  const { means } = classMeans(support, labels, classes);
  const pseudoLabels = argMaxRows(cosineSimilarities(shifted, means));
  const members = stackRows(support, shifted);
  const memberLabels = [...Array.from(labels), ...pseudoLabels];
  const cosines = cosineSimilarities(members, means);
  const { columns } = members;
  const prototypes = new Float64Array(classes * columns);
  const weights = new Float64Array(classes);
  for (const [row, label] of memberLabels.entries()) {
    // Cosines are at most 1: the exponent is at most 0.
    const weight = Math.exp(temperature * (cosines.data[row * classes + label]! - 1));
    weights[label]! += weight;
    for (let i = 0; i < columns; i++) prototypes[label * columns + i]! += weight * members.data[row * columns + i]!;
  }
  for (let i = 0; i < prototypes.length; i++) {
    const weight = weights[Math.floor(i / columns)]!;
    if (weight > 0) prototypes[i]! /= weight;
  }
  const rectified = { rows: classes, columns, data: prototypes };
  return { pseudoLabels, prototypes: rectified, shift, cosines: cosineSimilarities(shifted, rectified) };
}
