import { type CentroidFinder, type ClusterSums, createCentroidFinder, createClusterSums, tf } from '@twoshot/engine';
import { columnMeans, subtractFromRows } from './centring.js';
import { type Matrix, selectRows } from './matrix.js';

/** Rows whose mean serves as the origin. */
const sampleRows = 4096;

/** Fixed rows and their clusters; the rows stay on the engine until `dispose`. */
export class CentroidSearch {
  readonly #points: Matrix;
  readonly #isSpherical: boolean;
  readonly #rows: tf.Tensor2D;
  /** Distances do not change with the origin, but their rounding does. */
  readonly #centre: Float32Array;
  readonly #finder: CentroidFinder;

  /**
   * @param points [rows, dim]
   * @param isSpherical the nearest centroid is that of the largest inner product, so that a row of zeros, which is
   * equally near to all, goes to the first
   */
  constructor(points: Matrix, isSpherical = false) {
    const { rows, columns, data } = points;
    this.#points = points;
    this.#isSpherical = isSpherical;
    this.#rows = tf.tensor2d(data, [rows, columns]);
    this.#centre = isSpherical ? new Float32Array(columns) : roughCentre(points);
    this.#finder = createCentroidFinder(this.#rows, this.#centre);
  }

  /**
   * @param centroids [clusters, dim]
   * @returns [rows] nearest centroid of every row, on a tie the lower one
   */
  assign(centroids: Matrix): Int32Array {
    const { columns } = this.#points;
    const centred = subtractFromRows(centroids, this.#centre);
    // The centroid of largest x.c - |c|^2 / 2 is the nearest one.
    const halfNorms = new Float32Array(centroids.rows);
    for (let cluster = 0, i = 0; cluster < centroids.rows && !this.#isSpherical; cluster++) {
      let sum = 0;
      for (let column = 0; column < columns; column++, i++) sum += centred.data[i]! ** 2;
      halfNorms[cluster] = sum / 2;
    }
    const factors = tf.tensor2d(centred.data, [centroids.rows, columns]);
    const biases = tf.tensor1d(halfNorms);
    const labels = this.#finder.nearest(factors, biases);
    tf.dispose([factors, biases]);
    return labels;
  }

  /** Sums of the rows of `clusters` clusters; must be disposed of before this. */
  createSums(clusters: number): ClusterSums {
    return createClusterSums(this.#points.data, this.#rows, clusters);
  }

  /** Sum of squared distances of the rows to the centroids of their labels, in float64. */
  inertia(centroids: Matrix, labels: Int32Array): number {
    const { columns, data } = this.#points;
    const means = centroids.data;
    let total = 0;
    for (let row = 0, at = 0; row < labels.length; row++) {
      let to = labels[row]! * columns;
      // Two sums at a time hide each other's latency.
      let [even, odd] = [0, 0];
      for (const end = at + columns - 1; at < end; at += 2, to += 2) {
        const first = data[at]! - means[to]!;
        const second = data[at + 1]! - means[to + 1]!;
        even += first * first;
        odd += second * second;
      }
      if (columns % 2 === 1) even += (data[at++]! - means[to]!) ** 2;
      total += even + odd;
    }
    return total;
  }

  dispose(): void {
    this.#finder.dispose();
    this.#rows.dispose();
  }
}

/** Mean of rows from all over. */
function roughCentre(points: Matrix): Float32Array {
  const count = Math.min(points.rows, sampleRows);
  const rows = Uint32Array.from({ length: count }, (_, i) => Math.floor((i * points.rows) / count));
  return Float32Array.from(columnMeans(selectRows(points, rows)));
}
