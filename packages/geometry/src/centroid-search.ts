import { tf } from '@twoshot/engine';
import { columnMeans, subtractFromRows } from './centring.js';
import type { Matrix } from './matrix.js';

/** Values of one block of rows against all centroids; keeps their products at about 32 MiB. */
const blockValues = 8_388_608;

/** Nearest centroids of fixed rows, which stay on the engine until `dispose`. */
export class CentroidSearch {
  readonly #points: Matrix;
  /** Distances do not change with the origin, but their rounding does. */
  readonly #centre: Float64Array;
  readonly #rows: tf.Tensor2D;

  /** Whether nearness is the inner product alone. */
  readonly #isSpherical: boolean;

  /**
   * @param points [rows, dim]
   * @param isSpherical the nearest centroid is that of the largest inner product, so that a row of zeros, which is
   * equally near to all, goes to the first
   */
  constructor(points: Matrix, isSpherical = false) {
    this.#points = points;
    this.#isSpherical = isSpherical;
    this.#centre = isSpherical ? new Float64Array(points.columns) : columnMeans(points);
    const { data } = subtractFromRows(points, this.#centre);
    this.#rows = tf.tensor2d(data, [points.rows, points.columns]);
  }

  /**
   * @param centroids [clusters, dim]
   * @returns [rows] nearest centroid of every row, on a tie the lower one
   */
  assign(centroids: Matrix): Int32Array {
    const { rows, columns } = this.#points;
    const centred = subtractFromRows(centroids, this.#centre);
    const halfNorms = new Float32Array(centroids.rows);
    for (let cluster = 0, i = 0; cluster < centroids.rows && !this.#isSpherical; cluster++) {
      let sum = 0;
      for (let column = 0; column < columns; column++, i++) sum += centred.data[i]! ** 2;
      halfNorms[cluster] = sum / 2;
    }
    const labels = new Int32Array(rows);
    const step = Math.max(1, Math.floor(blockValues / centroids.rows));
    const factor = tf.tensor2d(centred.data, [centroids.rows, columns]);
    const bias = tf.tensor1d(halfNorms);
    for (let start = 0; start < rows; start += step) {
      const count = Math.min(step, rows - start);
      const nearest = tf.tidy(() => {
        const products = tf.matMul(tf.slice(this.#rows, [start, 0], [count, columns]), factor, false, true);
        // The centroid of largest x.c - |c|^2 / 2 is the nearest one; the first of equals is taken.
        return tf.argMax(tf.sub(products, bias), 1);
      });
      labels.set(nearest.dataSync<'int32'>(), start);
      nearest.dispose();
    }
    bias.dispose();
    factor.dispose();
    return labels;
  }

  /** Sum of squared distances of the rows to the centroids of their labels, in float64. */
  inertia(centroids: Matrix, labels: Int32Array): number {
    const { rows, columns, data } = this.#points;
    let sum = 0;
    for (let row = 0, at = 0; row < rows; row++)
      for (let to = labels[row]! * columns, end = to + columns; to < end; to++, at++)
        sum += (data[at]! - centroids.data[to]!) ** 2;
    return sum;
  }

  dispose(): void {
    this.#rows.dispose();
  }
}
