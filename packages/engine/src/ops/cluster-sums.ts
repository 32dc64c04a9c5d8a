import * as tf from '@tensorflow/tfjs-core';
import { doublesTensor, readDoubles } from './doubles.js';
import { hasOwnKernels, runKernels } from './native-kernel.js';

/** Sums of the rows of every cluster, in double precision, kept up to date by the rows that move. */
export interface ClusterSums {
  /** Takes the rows over from the clusters of their last labels to those of `labels` [n]. */
  move(labels: Int32Array): void;
  /** [clusters, dim] */
  sums(): Float64Array;
  dispose(): void;
}

/**
 * Sums of clusters that have no rows yet. Every engine adds the rows one after the other, so that the sums are the
 * same on all of them.
 *
 * @param points [n, dim] the rows themselves
 * @param rows the same on the engine; must outlive the sums
 */
export function createClusterSums(points: Float32Array, rows: tf.Tensor2D, clusters: number): ClusterSums {
  const [count, dim] = rows.shape;
  const labels = new Int32Array(count).fill(-1);
  return hasOwnKernels() ? nativeSums(rows, clusters, labels) : portableSums(points, dim, clusters, labels);
}

function nativeSums(rows: tf.Tensor2D, clusters: number, labels: Int32Array): ClusterSums {
  let sums = doublesTensor(new Float64Array(clusters * rows.shape[1]), clusters);
  return {
    move(next) {
      const moved = tf.tidy(() => {
        const given = [rows, tf.tensor1d(labels, 'int32'), tf.tensor1d(next, 'int32'), sums];
        return runKernels<[tf.Tensor2D]>('TwoshotMoveRows', [], given, 1)[0];
      });
      sums.dispose();
      sums = moved;
      labels.set(next);
    },
    sums: () => readDoubles(sums),
    dispose: () => sums.dispose(),
  };
}

function portableSums(points: Float32Array, dim: number, clusters: number, labels: Int32Array): ClusterSums {
  const sums = new Float64Array(clusters * dim);
  const add = (row: number, cluster: number, sign: 1 | -1): void => {
    for (let i = 0, at = row * dim, to = cluster * dim; i < dim; i++, at++, to++) sums[to]! += sign * points[at]!;
  };
  return {
    move(next) {
      for (let row = 0; row < labels.length; row++) {
        if (labels[row] === next[row]) continue;
        if (labels[row]! >= 0) add(row, labels[row]!, -1);
        add(row, next[row]!, 1);
      }
      labels.set(next);
    },
    sums: () => sums,
    dispose: () => undefined,
  };
}
