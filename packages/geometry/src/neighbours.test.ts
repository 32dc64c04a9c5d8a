import { createRandom } from '@twoshot/engine/random';
import { expectNoLeak, startEngineUnderTest } from '@twoshot/engine/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Matrix, matrixOf } from './matrix.js';
import { nearestNeighbours, nearestTo } from './neighbours.js';

beforeAll(async () => {
  await startEngineUnderTest();
});

function randomRows(rows: number, columns: number, seed: number, offset = 0): Matrix {
  const random = createRandom(seed);
  return matrixOf(
    rows,
    columns,
    Float32Array.from({ length: rows * columns }, () => offset + random.normal()),
  );
}

const row = (m: Matrix, at: number): Float32Array => m.data.subarray(at * m.columns, (at + 1) * m.columns);
const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const nearness = {
  cosine: (a: Float32Array, b: Float32Array) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)),
  euclidean: (a: Float32Array, b: Float32Array) => -a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0),
};

describe.each(['cosine', 'euclidean'] as const)('%s', (metric) => {
  // More rows than a block holds, so that every kind of pair of blocks occurs.
  test('neighbours of many rows are those of brute force', { timeout: 60_000 }, async () => {
    const points = randomRows(4500, 3, 1);
    const { position, similarity, k } = await nearestNeighbours(points, 3, { metric });
    expect(k).toBe(3);
    for (const at of [0, 1, 2047, 2048, 3000, 4096, 4499]) {
      const values = Array.from({ length: 4500 }, (_, other) => nearness[metric](row(points, at), row(points, other)));
      const order = values.map((_, i) => i).filter((i) => i !== at);
      const best = order.sort((a, b) => values[b]! - values[a]!).slice(0, 3);
      expect([...position.subarray(at * 3, at * 3 + 3)]).toEqual(best);
      expect(similarity[at * 3]).toBeCloseTo(values[best[0]!]!, 5);
    }
  });

  test('a query row is answered the same alone, among others and at another place', async () => {
    const reference = randomRows(300, 24, 2);
    const query = randomRows(1100, 24, 3);
    const all = await nearestTo(reference, query, 5, { metric });
    const alone = await nearestTo(reference, matrixOf(1, 24, row(query, 1050)), 5, { metric });
    expect(alone.position).toEqual(all.position.slice(1050 * 5, 1051 * 5));
    expect(alone.similarity).toEqual(all.similarity.slice(1050 * 5, 1051 * 5));
  });

  test('rows that are equally near are taken by position, however many', async () => {
    const random = createRandom(7);
    // Few integers make many ties, and no product of the engine is exact after the centring.
    const whole = (rows: number): Matrix =>
      matrixOf(
        rows,
        2,
        Float32Array.from({ length: rows * 2 }, () => 1 + random.integer(3)),
      );
    const [reference, query] = [whole(60), whole(40)];
    const { position } = await nearestTo(reference, query, 5, { metric });
    for (let at = 0; at < 40; at++) {
      // Rounded, because cosines of parallel rows differ in their last digits.
      const values = Array.from({ length: 60 }, (_, other) =>
        Math.round(1e6 * nearness[metric](row(query, at), row(reference, other))),
      );
      const order = values.map((_, i) => i).sort((a, b) => values[b]! - values[a]! || a - b);
      const found = [...position.subarray(at * 5, at * 5 + 5)];
      expect(found.map((i) => values[i])).toEqual(order.slice(0, 5).map((i) => values[i]));
      if (metric === 'euclidean') expect(found).toEqual(order.slice(0, 5));
    }
  });

  test('equal rows come in the order of their positions, and k is cut', async () => {
    const points = matrixOf(4, 2, Float32Array.of(1, 2, 1, 2, 1, 2, 5, -1));
    expect([...(await nearestNeighbours(points, 9, { metric })).position]).toEqual([
      1, 2, 3, 0, 2, 3, 0, 1, 3, 0, 1, 2,
    ]);
    expect((await nearestTo(points, points, 9, { metric })).k).toBe(4);
    expect((await nearestNeighbours(matrixOf(1, 2, Float32Array.of(1, 2)), 3, { metric })).k).toBe(0);
  });

  test('leaks nothing and leaves its input alone', async () => {
    const points = randomRows(50, 4, 5);
    const before = points.data.slice();
    await expectNoLeak(async () => {
      await nearestNeighbours(points, 3, { metric });
      await nearestTo(points, points, 3, { metric });
      return [];
    });
    expect(points.data).toEqual(before);
  });
});

test('distances far from the origin keep their precision', async () => {
  const points = randomRows(200, 8, 4, 1000);
  const { similarity, position } = await nearestNeighbours(points, 1, { metric: 'euclidean' });
  for (let at = 0; at < 200; at++)
    expect(similarity[at]).toBeCloseTo(nearness.euclidean(row(points, at), row(points, position[at]!)), 3);
});

test('a row that is not finite is named', async () => {
  const points = matrixOf(3, 2, Float32Array.of(1, 2, 3, Number.NaN, 5, 6));
  await expect(nearestNeighbours(points, 1)).rejects.toThrow('expected finite features, got NaN in row 1, column 1');
});

test('an abort ends it between two blocks', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(nearestNeighbours(randomRows(10, 2, 6), 1, { signal })).rejects.toThrow('enough');
});
