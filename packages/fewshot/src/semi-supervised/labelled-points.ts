/** Labelled rows by their positions among all rows. */
export interface LabelledPoints {
  /** [labelled] */
  readonly position: Uint32Array;
  /** [labelled] in 0..classes-1 */
  readonly label: Int32Array;
  /** [labelled] above 0, at most 1 */
  readonly weight: Float32Array;
}

/** Those at which `keep` is true. */
export function keepLabelled(
  { position, label, weight }: LabelledPoints,
  keep: (labelled: number) => boolean,
): LabelledPoints {
  return {
    position: position.filter((_, at) => keep(at)),
    label: label.filter((_, at) => keep(at)),
    weight: weight.filter((_, at) => keep(at)),
  };
}

/** Sum of the weights of every class, [classes]. */
export function classWeights({ label, weight }: LabelledPoints, classes: number): Float64Array {
  const sums = new Float64Array(classes);
  for (const [at, one] of label.entries()) sums[one]! += weight[at]!;
  return sums;
}

const mostFolds = 5;

/**
 * Splits labelled rows for cross-validation so that each class keeps a label in every fit: the labels of a class go to the
 * folds in turn.
 *
 * @returns [labelled] fold of each row from 0; -1 for the only one of its class, which is never held out
 */
export function labelFolds({ label }: Pick<LabelledPoints, 'label'>, classes: number): Int32Array {
  const counts = new Uint32Array(classes);
  for (const one of label) counts[one]!++;
  const seen = new Uint32Array(classes);
  return label.map((one) => (counts[one]! < 2 ? -1 : seen[one]!++ % Math.min(mostFolds, counts[one]!)));
}
