import { createRandom } from '@twoshot/engine/random';
import { argMaxRows, graphFromDense, matrixOf } from '@twoshot/geometry';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evenClasses } from './even-classes.js';
import { refineShares } from './refine-shares.js';

test('every class has the same sum and every row sums to 1, for any scores', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 5 }),
      fc.integer(),
      fc.double({ min: 0.5, max: 3, noNaN: true }),
      (classes, seed, sharpness) => {
        const random = createRandom(seed);
        const rows = 40 * classes;
        const scores = Float64Array.from(
          { length: rows * classes },
          (_, i) => 0.05 + random.next() * (1 + (i % classes)),
        );
        const { data } = evenClasses(matrixOf(rows, classes, scores), { sharpness });
        const sums = new Float64Array(classes);
        for (let row = 0; row < rows; row++) {
          const own = data.subarray(row * classes, (row + 1) * classes);
          expect(own.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 10);
          for (const [i, share] of own.entries()) sums[i]! += share;
        }
        for (const sum of sums) expect(sum / rows).toBeCloseTo(1 / classes, 3);
      },
    ),
    { numRuns: 20 },
  );
});

test('uncertain rows change class, confident ones do not', () => {
  // Six rows for the first class, two of them barely; two for the second.
  const first = [0.99, 0.99, 0.99, 0.99, 0.55, 0.55, 0.01, 0.01];
  const scores = matrixOf(8, 2, Float64Array.from(first.flatMap((share) => [share, 1 - share])));
  expect([...argMaxRows(evenClasses(scores, { sharpness: 5 }))]).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
});

test('rows of zeros are uniform and ignored; so are classes without scores', () => {
  const { data } = evenClasses(matrixOf(3, 3, Float64Array.of(0, 0, 0, 1, 0, 0, 0.2, 0.7, 0)), { sharpness: 2 });
  expect([...data.subarray(0, 3)]).toEqual([1 / 3, 1 / 3, 1 / 3]);
  expect(data.every(Number.isFinite)).toBe(true);
  expect(data[5]! + data[8]!).toBe(0);
});

/** Two groups of four that all know each other, joined by one weak edge. */
function twoGroups() {
  const weights = new Float64Array(64);
  for (let i = 0; i < 8; i++) for (let j = 0; j < 8; j++) if (i !== j && i < 4 === j < 4) weights[i * 8 + j] = 1;
  weights[3 * 8 + 4] = weights[4 * 8 + 3] = 0.1;
  return graphFromDense(matrixOf(8, 8, weights));
}

test('refinement moves the border to where few edges cross it, and keeps the labelled rows', async () => {
  const shares = matrixOf(
    8,
    2,
    Float64Array.from([1, 1, 1, 1, 0.9, 0.2, 0.2, 0.2].flatMap((share) => [share, 1 - share])),
  );
  const known = { position: [0, 7], label: [0, 1] };
  const refined = await refineShares(twoGroups(), shares, known, { refinements: 2, reach: 3 });
  expect([...argMaxRows(refined)]).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  const wrong = { ...shares, data: shares.data.map((share) => 1 - share) };
  const kept = await refineShares(
    twoGroups(),
    wrong,
    { position: [0, 1, 2], label: [0, 0, 0] },
    { refinements: 4, reach: 2 },
  );
  expect([...argMaxRows(kept)].slice(0, 4)).toEqual([0, 0, 0, 0]);
});

test('a row without edges keeps its probabilities, and an empty graph works', async () => {
  const alone = graphFromDense(matrixOf(3, 3, Float64Array.of(0, 1, 0, 1, 0, 0, 0, 0, 0)));
  const shares = matrixOf(3, 2, Float64Array.of(0.8, 0.2, 0.6, 0.4, 0.3, 0.7));
  const known = { position: [0], label: [0] };
  const refined = await refineShares(alone, shares, known, { refinements: 2, reach: 1 });
  expect([...refined.data.subarray(4)]).toEqual([0.3, 0.7]);
  expect((await refineShares(alone, shares, known, { refinements: 0, reach: 1 })).data).toEqual(shares.data);
});
