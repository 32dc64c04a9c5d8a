import {
  betweenBlocks,
  classMeans,
  type LongWork,
  type Matrix,
  oneHot,
  softmaxRows,
  squaredDistances,
} from '@twoshot/geometry';

export interface TimOptions extends LongWork {
  readonly classes: number;
  readonly temperature: number;
  /** Weight of the cross-entropy of labelled rows. */
  readonly supportWeight: number;
  /** Weight of the entropy of the mean answer: higher means more even classes. */
  readonly marginalWeight: number;
  /** Weight of the mean entropy of the answers: higher means surer ones. */
  readonly conditionalWeight: number;
  readonly iterations: number;
  /** Step of the centres, 0..1 */
  readonly stepSize: number;
}

export interface Tim {
  /** [classes, dim] */
  readonly prototypes: Matrix<Float64Array>;
  /** [queries, classes] */
  readonly assignment: Matrix<Float64Array>;
}

/**
 * Transductive information maximisation by alternating closed forms (TIM-ADM, Boudiaf et al. 2020, proposition 1).
 * Rows are used as given; usually they have unit length.
 *
 * @param support [rows, dim] labelled rows
 * @param labels [rows] every class at least once
 * @param query [queries, dim]
 */
export async function timAdm(
  support: Matrix,
  labels: ArrayLike<number>,
  query: Matrix,
  options: TimOptions,
): Promise<Tim> {
  const { classes, temperature, iterations, stepSize } = options;
  const { columns } = query;
  const targets = oneHot(labels, classes);
  const { means } = classMeans(support, labels, classes);
  const centres = { rows: classes, columns, data: Float64Array.from(means.data) };
  const answers = (points: Matrix): Matrix<Float64Array> => {
    const distances = squaredDistances(points, centres);
    return softmaxRows({ ...distances, data: distances.data.map((value) => (-temperature / 2) * value) });
  };
  const supportShare = options.supportWeight / (1 + options.conditionalWeight);
  const queryShare = support.rows / query.rows;
  for (let iteration = 0; iteration < iterations; iteration++) {
    const given = answers(query);
    const wanted = sharpen(given, options);
    const next = new Float64Array(centres.data.length);
    const mass = new Float64Array(classes);
    pull(next, mass, support, targets, answers(support), centres.data, supportShare);
    pull(next, mass, query, wanted, given, centres.data, queryShare);
    for (let i = 0; i < next.length; i++)
      centres.data[i]! += stepSize * (next[i]! / mass[Math.floor(i / columns)]! - centres.data[i]!);
    await betweenBlocks(options, iteration + 1, iterations);
  }
  return { prototypes: centres, assignment: answers(query) };
}

/** q ~ p^(1 + wc) / (sum over rows of p^(1 + wc))^(wm / (1 + wm)), rows divided by their sums */
function sharpen(given: Matrix<Float64Array>, { conditionalWeight, marginalWeight }: TimOptions): Matrix<Float64Array> {
  const { rows, columns } = given;
  const data = given.data.map((value) => value ** (1 + conditionalWeight));
  const sums = new Float64Array(columns);
  for (let i = 0; i < data.length; i++) sums[i % columns]! += data[i]!;
  const divisors = sums.map((sum) => (sum > 0 ? sum ** (marginalWeight / (1 + marginalWeight)) : 1));
  for (let row = 0; row < rows; row++) {
    let total = 0;
    for (let i = 0; i < columns; i++) total += data[row * columns + i]! /= divisors[i]!;
    for (let i = 0; i < columns; i++) data[row * columns + i]! /= total;
  }
  return { rows, columns, data };
}

/** Adds share (sum_i t_ik x_i + w_k sum_i p_ik - sum_i p_ik x_i) to every centre and share sum_i t_ik to its mass. */
function pull(
  next: Float64Array,
  mass: Float64Array,
  points: Matrix,
  targets: Matrix<Float64Array>,
  given: Matrix<Float64Array>,
  centres: Float64Array,
  share: number,
): void {
  const { columns } = points;
  for (let row = 0; row < points.rows; row++)
    for (let label = 0; label < mass.length; label++) {
      const target = share * targets.data[row * mass.length + label]!;
      const answer = share * given.data[row * mass.length + label]!;
      mass[label]! += target;
      for (let i = 0, to = label * columns, from = row * columns; i < columns; i++, to++, from++)
        next[to]! += (target - answer) * points.data[from]! + answer * centres[to]!;
    }
}
