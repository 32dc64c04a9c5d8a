import { createRandom } from '@twoshot/engine/random';
import { argMaxRows, matrixOf } from '@twoshot/geometry';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evenClasses } from './even-classes.js';

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
