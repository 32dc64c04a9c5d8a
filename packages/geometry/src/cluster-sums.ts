import type { Matrix } from './matrix.js';

/** Sums of the rows of every cluster, kept up to date by the rows that move. */
export class ClusterSums {
  readonly #points: Matrix;
  readonly #labels: Int32Array;
  readonly #sums: Float64Array;
  readonly #counts: Float64Array;

  constructor(points: Matrix, clusters: number) {
    this.#points = points;
    this.#labels = new Int32Array(points.rows).fill(-1);
    this.#sums = new Float64Array(clusters * points.columns);
    this.#counts = new Float64Array(clusters);
  }

  /** Takes the rows over to their new clusters; returns how many moved. */
  move(labels: Int32Array): number {
    let moved = 0;
    for (let row = 0; row < labels.length; row++) {
      const [from, to] = [this.#labels[row]!, labels[row]!];
      if (from === to) continue;
      if (from >= 0) this.#add(row, from, -1);
      this.#add(row, to, 1);
      this.#labels[row] = to;
      moved++;
    }
    return moved;
  }

  /** Means, or normalised sums where spherical; an empty cluster keeps its centroid. */
  centroids(previous: Matrix, isSpherical: boolean): Matrix {
    const { columns } = previous;
    const data = Float32Array.from(previous.data);
    for (let cluster = 0; cluster < previous.rows; cluster++) {
      if (this.#counts[cluster] === 0) continue;
      const sum = this.#sums.subarray(cluster * columns, (cluster + 1) * columns);
      const divisor = isSpherical
        ? Math.sqrt(sum.reduce((norm, value) => norm + value ** 2, 0))
        : this.#counts[cluster]!;
      if (divisor > 0) for (let i = 0; i < columns; i++) data[cluster * columns + i] = sum[i]! / divisor;
    }
    return { ...previous, data };
  }

  #add(row: number, cluster: number, sign: 1 | -1): void {
    const { columns, data } = this.#points;
    for (let i = 0, at = row * columns, to = cluster * columns; i < columns; i++, at++, to++)
      this.#sums[to]! += sign * data[at]!;
    this.#counts[cluster]! += sign;
  }
}
