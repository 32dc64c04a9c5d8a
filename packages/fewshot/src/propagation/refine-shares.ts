import { degrees, type LongWork, type Matrix, normaliseGraph, type SparseGraph, spreadLabels } from '@twoshot/geometry';

export interface RefineOptions extends LongWork {
  /** Rounds of diffusion and sharpening. */
  readonly refinements: number;
  /** Steps of a random walk over the graph per round. */
  readonly reach: number;
}

/** High enough that a row which mostly belongs to one class then belongs only to it. */
const sharpness = 20;

/**
 * Threshold dynamics on a graph (the scheme of Merriman, Bence and Osher; Merkurjev, Kostic and Bertozzi 2013): a few
 * diffusion steps and then nearly hard classes, repeated. The borders between classes become short, so they run where
 * few edges cross them; the classes are those of the initial probabilities.
 *
 * @param graph symmetric weights
 * @param shares [nodes, classes] rows sum to 1
 * @param known classes of the labelled nodes, which are kept
 */
export async function refineShares(
  graph: SparseGraph,
  shares: Matrix<Float64Array>,
  known: { readonly position: ArrayLike<number>; readonly label: ArrayLike<number> },
  options: RefineOptions,
): Promise<Matrix<Float64Array>> {
  const { rows, columns } = shares;
  // D^1/2 on both sides turns powers of D^-1/2 W D^-1/2 into steps of the random walk D^-1 W.
  const roots = degrees(graph).map(Math.sqrt);
  const walk = normaliseGraph(graph);
  let current = shares.data;
  for (let round = 0; round < options.refinements; round++) {
    const data = current.map((value, i) => value * roots[Math.floor(i / columns)]!);
    for (let i = 0; i < known.position.length; i++) {
      const base = known.position[i]! * columns;
      data.fill(0, base, base + columns);
      data[base + known.label[i]!] = roots[known.position[i]!]!;
    }
    const { data: walked } = await spreadLabels(
      walk,
      { rows, columns, data },
      {
        alpha: 1,
        rounds: options.reach,
        signal: options.signal,
        progress: (done, total) => options.progress?.(round * total + done, options.refinements * total),
      },
    );
    current = harden(walked, current, roots, columns);
  }
  return { rows, columns, data: current };
}

/** Values to a high power, normalised; an unreached node keeps its values. */
function harden(walked: Float64Array, before: Float64Array, roots: Float64Array, columns: number): Float64Array {
  const shares = Float64Array.from(before);
  for (let row = 0; row < roots.length; row++) {
    const base = row * columns;
    let largest = 0;
    for (let i = base; i < base + columns; i++) largest = Math.max(largest, walked[i]!);
    if (largest === 0) continue;
    let sum = 0;
    for (let i = base; i < base + columns; i++) sum += shares[i] = (walked[i]! / largest) ** sharpness;
    for (let i = base; i < base + columns; i++) shares[i]! /= sum;
  }
  return shares;
}
