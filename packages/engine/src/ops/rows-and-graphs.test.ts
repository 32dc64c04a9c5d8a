import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { comparedEngines } from '../engine-under-test.js';
import { createRandom } from '../random.js';
import { startEngine } from '../start.js';
import { createClusterSums } from './cluster-sums.js';
import { createSpreading } from './graph-spreading.js';
import { createCentroidFinder } from './nearest-centroid.js';

function normals(seed: number, size: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: size }, () => random.normal());
}

/** The first of the largest products less their biases, by plain loops. */
function nearestByLoops(
  rows: Float32Array,
  origin: Float32Array,
  centroids: Float32Array,
  biases: Float32Array,
): number[] {
  const dim = origin.length;
  return Array.from({ length: rows.length / dim }, (_, row) => {
    const scores = [...biases].map((bias, cluster) => {
      let sum = -bias;
      for (let i = 0; i < dim; i++) sum += (rows[row * dim + i]! - origin[i]!) * centroids[cluster * dim + i]!;
      return sum;
    });
    return scores.indexOf(Math.max(...scores));
  });
}

function nearestOf(rows: Float32Array, origin: Float32Array, centroids: Float32Array, biases: Float32Array): number[] {
  const dim = origin.length;
  return tf.tidy(() => {
    const finder = createCentroidFinder(tf.tensor2d(rows, [rows.length / dim, dim]), origin);
    const found = finder.nearest(tf.tensor2d(centroids, [biases.length, dim]), tf.tensor1d(biases));
    finder.dispose();
    return [...found];
  });
}

function sumsByLoops(rows: Float32Array, labels: Int32Array, clusters: number): Float64Array {
  const dim = rows.length / labels.length;
  const sums = new Float64Array(clusters * dim);
  for (const [row, label] of labels.entries())
    for (let i = 0; i < dim; i++) sums[label * dim + i]! += rows[row * dim + i]!;
  return sums;
}

const ones = (size: number): Float32Array => new Float32Array(size).fill(1);

describe.each(comparedEngines())('on the engine %s', (kind) => {
  beforeAll(async () => {
    await startEngine(kind);
  });

  // Few centroids of whole vectors, of other lengths, and many, with a rest beyond whole vectors.
  test.each([
    [41, 16, 1],
    [40, 24, 10],
    [33, 8, 19],
    [23, 7, 5],
    [50, 32, 61],
    [4100, 8, 40],
    [0, 8, 3],
  ])('%i rows of %i find the nearest of %i centroids', (count, dim, clusters) => {
    const before = tf.memory().numTensors;
    const given = [normals(1, count * dim), normals(2, dim), normals(3, clusters * dim), normals(4, clusters)] as const;
    expect(nearestOf(...given)).toEqual(nearestByLoops(...given));
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each([3, 40])('of equal ones among %i the first is the nearest', (clusters) => {
    expect(nearestOf(ones(40), new Float32Array(8), ones(8 * clusters), ones(clusters))).toEqual([0, 0, 0, 0, 0]);
  });

  test('sums of clusters follow the rows that move', () => {
    const [count, dim, clusters] = [57, 21, 4];
    const before = tf.memory().numTensors;
    const points = normals(4, count * dim);
    const rows = tf.tensor2d(points, [count, dim]);
    const sums = createClusterSums(points, rows, clusters);
    const labels = Int32Array.from({ length: count }, (_, row) => row % clusters);
    sums.move(labels);
    expect(sums.sums()).toEqual(sumsByLoops(points, labels, clusters));
    const next = labels.map((label, row) => (row % 3 === 0 ? (label + 1) % clusters : label));
    sums.move(next);
    const expected = sumsByLoops(points, next, clusters);
    for (const [i, sum] of sums.sums().entries()) expect(sum).toBeCloseTo(expected[i]!, 12);
    sums.dispose();
    rows.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each([1, 4, 7, 10, 13, 18])('scores of %i columns spread as the formula says', (columns) => {
    const nodes = 19;
    const random = createRandom(columns);
    const dense = Array.from({ length: nodes }, () =>
      Array.from({ length: nodes }, () => (random.next() < 0.3 ? random.next() : 0)),
    );
    const rows = dense.map((line) => [...line.entries()].filter(([, weight]) => weight > 0));
    const graph = {
      offsets: Uint32Array.from({ length: nodes + 1 }, (_, node) => rows.slice(0, node).flat().length),
      targets: Uint32Array.from(rows.flat(), ([target]) => target),
      weights: Float64Array.from(rows.flat(), ([, weight]) => weight),
    };
    const source = Float64Array.from({ length: nodes * columns }, () => random.normal());
    const before = tf.memory().numTensors;
    const spreading = createSpreading(graph, source, 0.7);
    expect(spreading.scores()).toEqual(source);
    let expected = source;
    for (let round = 0; round < 3; round++) {
      spreading.round();
      const last = expected;
      expected = source.map((given, at) => {
        const [node, column] = [Math.floor(at / columns), at % columns];
        const sum = rows[node]!.reduce(
          (total, [target, weight]) => total + weight * last[target * columns + column]!,
          0,
        );
        return 0.7 * sum + (1 - 0.7) * given;
      });
    }
    // To the last bit, on every engine.
    expect(spreading.scores()).toEqual(expected);
    spreading.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
