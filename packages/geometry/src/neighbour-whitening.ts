import { eigenSymmetric } from './eigen.js';
import type { LongWork } from './long-work.js';
import type { Matrix } from './matrix.js';
import { nearestNeighbours } from './neighbours.js';
import { secondMoment } from './products.js';

export interface NeighbourWhiteningOptions extends LongWork {
  /** Neighbours of each row whose differences count. */
  readonly neighbours: number;
  /** Share of the mean variance that every direction gets in place of its own, above 0, at most 1. */
  readonly shrinkage: number;
}

/** Differences that go through the engine at once. */
const blockPairs = 65_536;

/**
 * The matrix [dim, dim] that whitens by the differences between near neighbours: these are mostly of one class, so that
 * their covariance stands for that within the classes, which is not known (as chunklets do in relevant component analysis,
 * Bar-Hillel et al. 2003). Directions in which images of one class differ then count less.
 *
 * @param points [rows, dim] centred
 */
export async function neighbourWhitening(points: Matrix, options: NeighbourWhiteningOptions): Promise<Matrix> {
  const { columns } = points;
  const { shrinkage, signal } = options;
  const within = await withinCovariance(points, options);
  let trace = 0;
  for (let i = 0; i < columns; i++) trace += within[i * columns + i]!;
  const mean = trace / columns;
  const shrunk = within.map((value, i) => (1 - shrinkage) * value + (i % (columns + 1) === 0 ? shrinkage * mean : 0));
  const { values, vectors } = await eigenSymmetric(shrunk, columns, { signal });
  const data = new Float32Array(columns * columns);
  for (let component = 0; component < columns; component++) {
    // Where all rows are equal there is nothing to divide by.
    const scale = values[component]! > 0 ? 1 / Math.sqrt(values[component]!) : 0;
    for (let i = 0; i < columns; i++) data[i * columns + component] = scale * vectors[component * columns + i]!;
  }
  return { rows: columns, columns, data };
}

/** Half the mean outer product of the differences between rows and their neighbours, [dim, dim]. */
async function withinCovariance(points: Matrix, options: NeighbourWhiteningOptions): Promise<Float64Array> {
  const { rows, columns, data } = points;
  const { k, position } = await nearestNeighbours(points, options.neighbours, options);
  const sum = new Float64Array(columns * columns);
  const blockRows = Math.max(1, Math.floor(blockPairs / Math.max(1, k)));
  for (let start = 0; start < rows; start += blockRows) {
    const end = Math.min(rows, start + blockRows);
    const differences = new Float32Array((end - start) * k * columns);
    for (let row = start, at = 0; row < end; row++)
      for (let near = 0; near < k; near++) {
        const other = position[row * k + near]! * columns;
        for (let i = 0; i < columns; i++, at++) differences[at] = data[row * columns + i]! - data[other + i]!;
      }
    const pairs = (end - start) * k;
    const moment = await secondMoment({ rows: pairs, columns, data: differences }, { signal: options.signal });
    for (let i = 0; i < sum.length; i++) sum[i]! += moment[i]! * pairs;
  }
  const all = Math.max(1, rows * k);
  return sum.map((value) => value / (2 * all));
}
