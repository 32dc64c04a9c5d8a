import * as tf from '@tensorflow/tfjs-core';
import { hasOwnKernels, runKernels } from './native-kernel.js';

/** Centroids up to which comparing them with a row at a time beats a matrix of products. */
const fewCentroids = 32;
/** Values that the kernel for few centroids takes at a time. */
const lanes = 8;
/** Rows that go against many centroids at a time: their products with a thousand of them stay in the last cache. */
const blockRows = 4096;

/** Fixed rows that ask for their nearest centroids. */
export interface CentroidFinder {
  /**
   * For every row the centroid of the largest `<row - origin, centroid> - bias`, the first of equals: [n].
   *
   * @param centroids [clusters, dim] less the origin
   * @param biases [clusters]; half the squared lengths of the centroids make it the nearest one
   */
  nearest(centroids: tf.Tensor2D, biases: tf.Tensor1D): Int32Array;
  dispose(): void;
}

/**
 * @param rows [n, dim]; must outlive the finder
 * @param origin [dim] near the rows: distances do not change with it, but their rounding does
 */
export function createCentroidFinder(rows: tf.Tensor2D, origin: Float32Array): CentroidFinder {
  const [count, dim] = rows.shape;
  const own = hasOwnKernels();
  const from = tf.keep(tf.tensor1d(origin));
  let blocks: readonly tf.Tensor2D[] | null = null;
  return {
    nearest(centroids, biases) {
      const labels = new Int32Array(count);
      // No array leaves a `tidy`, which would look for tensors in it, number by number.
      const take = (found: tf.Tensor1D, start: number): void => labels.set(found.dataSync<'int32'>(), start);
      if (own && centroids.shape[0] <= fewCentroids && dim % lanes === 0) {
        tf.tidy(() => {
          const given = [rows, from, centroids, biases];
          take(runKernels<[tf.Tensor1D]>('TwoshotNearestCentroid', [], given, 1)[0], 0);
        });
        return labels;
      }
      blocks ??= centredBlocks(rows, from);
      for (const [place, block] of blocks.entries())
        tf.tidy(() => take(nearestByProducts(block, centroids, biases, own), place * blockRows));
      return labels;
    },
    dispose: () => tf.dispose([from, ...(blocks ?? [])]),
  };
}

function centredBlocks(rows: tf.Tensor2D, origin: tf.Tensor1D): readonly tf.Tensor2D[] {
  const [count, dim] = rows.shape;
  return Array.from({ length: Math.ceil(count / blockRows) }, (_, place) => {
    const start = place * blockRows;
    // Kept until `dispose`, whatever its caller tidies away.
    return tf.tidy(() => {
      const block = tf.slice(rows, [start, 0], [Math.min(blockRows, count - start), dim]);
      return tf.keep(tf.sub<tf.Tensor2D>(block, origin));
    });
  });
}

function nearestByProducts(rows: tf.Tensor2D, centroids: tf.Tensor2D, biases: tf.Tensor1D, own: boolean): tf.Tensor1D {
  const products = tf.matMul<tf.Tensor2D>(rows, centroids, false, true);
  return own
    ? runKernels<[tf.Tensor1D]>('TwoshotBestProduct', [], [products, biases], 1)[0]
    : tf.argMax(tf.sub(products, biases), 1);
}
