import { startEngine } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { comparedEngines, expectNoLeak, startEngineUnderTest } from '@twoshot/engine/testing';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { kmeans, kmeansStep, lloyd, sphericalObjective } from './kmeans.js';
import { type Matrix, matrixOf, selectRows } from './matrix.js';

beforeAll(async () => {
  await startEngineUnderTest();
});

function clouds(rows: number, clusters: number, seed: number): Matrix {
  const random = createRandom(seed);
  return matrixOf(
    rows,
    3,
    Float32Array.from(
      { length: rows * 3 },
      (_, i) => 4 * Math.sin((i % 3) + (Math.floor(i / 3) % clusters) * 2) + random.normal(),
    ),
  );
}

const points = fc
  .tuple(fc.integer({ min: 6, max: 60 }), fc.integer({ min: 1, max: 5 }), fc.integer())
  .map(([rows, clusters, seed]) => ({ data: clouds(rows, clusters, seed), clusters }));

test('the inertia never rises from step to step', async () => {
  await fc.assert(
    fc.asyncProperty(points, async ({ data, clusters }) => {
      const start = selectRows(
        data,
        Array.from({ length: clusters }, (_, i) => i),
      );
      let previous = Number.POSITIVE_INFINITY;
      for (const iterations of [0, 1, 2, 4, 8]) {
        const { inertia } = await lloyd(data, start, { iterations });
        expect(inertia).toBeLessThanOrEqual(previous * (1 + 1e-6));
        previous = inertia;
      }
    }),
    { numRuns: 30 },
  );
});

test('the spherical objective never falls', async () => {
  const data = clouds(80, 4, 2);
  const start = selectRows(data, [0, 1, 4, 8]);
  let previous = Number.NEGATIVE_INFINITY;
  for (const iterations of [0, 1, 2, 4, 8]) {
    const result = await lloyd(data, start, { iterations, spherical: true });
    expect(sphericalObjective(data, result)).toBeGreaterThanOrEqual(previous - 1e-4);
    previous = sphericalObjective(data, result);
  }
});

test('a converged run is a fixed point, and one step of it changes nothing', async () => {
  const data = clouds(200, 3, 5);
  const done = await lloyd(data, selectRows(data, [0, 1, 2]), { iterations: 100 });
  const { updated, labels } = kmeansStep(data, done.centroids);
  expect(labels).toEqual(done.labels);
  for (const [i, value] of updated.data.entries()) expect(value).toBeCloseTo(done.centroids.data[i]!, 5);
});

test('restarts come best first; the same random stream gives the same runs', async () => {
  const data = clouds(300, 6, 7);
  const run = () => kmeans(data, { clusters: 6, restarts: 4, iterations: 30, random: createRandom(3) });
  const [one, two] = [await run(), await run()];
  expect(two).toEqual(one);
  const inertias = one.map(({ inertia }) => inertia);
  expect(inertias).toEqual([...inertias].sort((a, b) => a - b));
});

test('more clusters than different rows still end, with empty clusters', async () => {
  const data = matrixOf(6, 2, Float32Array.of(1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2));
  const [best] = await kmeans(data, { clusters: 4, restarts: 2, iterations: 10, random: createRandom(1) });
  expect(best!.inertia).toBeCloseTo(0, 10);
});

test('refuses too many clusters and rows that are not finite; leaks nothing', async () => {
  const data = clouds(5, 2, 1);
  const options = { restarts: 1, iterations: 2, random: createRandom(1) };
  await expect(kmeans(data, { ...options, clusters: 6 })).rejects.toThrow('expected 1 to 5 clusters, got 6');
  await expectNoLeak(async () => {
    await kmeans(data, { ...options, clusters: 2 });
    kmeansStep(data, data);
    return [];
  });
  data.data[3] = Number.POSITIVE_INFINITY;
  await expect(kmeans(data, { ...options, clusters: 2 })).rejects.toThrow('row 1');
});

test('a row of zeros has no direction and goes to the first spherical cluster', async () => {
  const data = clouds(50, 4, 3);
  data.data.fill(0, 0, 3);
  const start = selectRows(data, [7, 2, 13, 21]);
  const { labels } = await lloyd(data, start, { iterations: 3, spherical: true });
  expect(labels[0]).toBe(0);
});

test.each(comparedEngines())('of equal centroids the first takes all rows, on %s', async (engine) => {
  await startEngine(engine);
  const data = clouds(300, 5, 9);
  const distinct = selectRows(data, [0, 1, 2, 3, 4]);
  // Enough copies that every lane of a vector unit and its remainder hold one.
  const copies = selectRows(
    distinct,
    Array.from({ length: 43 }, (_, i) => i % 5),
  );
  const { labels } = kmeansStep(data, copies);
  expect(labels).toEqual(kmeansStep(data, distinct).labels);
  await startEngineUnderTest();
});
