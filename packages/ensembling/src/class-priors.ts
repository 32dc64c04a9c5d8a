import { type AnyMatrix, type Matrix, normaliseRowSums, requireFinite, requireFiniteValues } from '@twoshot/geometry';

export interface ClassPriors {
  /** [classes] class proportions of the rows */
  readonly priors: Float64Array;
  /** [rows, classes] the probabilities under these priors */
  readonly probabilities: Matrix<Float64Array>;
}

/**
 * Class proportions of rows whose probabilities assume other proportions, by expectation maximisation (Saerens et al.
 * 2002). Rows influence each other's predictions: transductive.
 *
 * @param probabilities [rows, classes] at least 0
 * @param trainPriors [classes] proportions that they assume, above 0
 */
export function estimatePriors(
  probabilities: AnyMatrix,
  trainPriors: ArrayLike<number>,
  { iterations }: { readonly iterations: number },
): ClassPriors {
  const { rows, columns, data } = probabilities;
  requireFinite(probabilities, 'probabilities');
  requireFiniteValues(trainPriors, 1, 'class proportions');
  if (trainPriors.length !== columns)
    throw new RangeError(`expected proportions of ${columns} classes, got ${trainPriors.length}`);
  if (rows === 0 || !(iterations >= 1))
    throw new RangeError(`expected at least one row and one iteration, got ${rows} and ${iterations}`);
  for (let label = 0; label < columns; label++)
    if (!(trainPriors[label]! > 0))
      throw new RangeError(`expected proportions above 0, got ${trainPriors[label]} at ${label}`);
  const priors = Float64Array.from(trainPriors);
  let adjusted = probabilities as Matrix<Float64Array>;
  for (let iteration = 0; iteration < iterations; iteration++) {
    const weights = priors.map((prior, label) => prior / trainPriors[label]!);
    adjusted = normaliseRowSums({
      rows,
      columns,
      data: Float64Array.from(data, (value, i) => value * weights[i % columns]!),
    });
    priors.fill(0);
    for (let i = 0; i < adjusted.data.length; i++) priors[i % columns]! += adjusted.data[i]! / rows;
  }
  return { priors, probabilities: adjusted };
}
