import { createRandom } from '@twoshot/engine/random';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assignRows } from './assignment.js';
import { matrixOf } from './matrix.js';
import { sinkhorn } from './sinkhorn.js';

const shares = (length: number, random: () => number): Float64Array => {
  const values = Float64Array.from({ length }, () => 0.1 + random());
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => value / sum);
};

test('the plan has both marginals, for any shape and regularisation', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 9 }),
      fc.double({ min: 0.5, max: 40, noNaN: true }),
      fc.integer(),
      (rows, columns, lambda, seed) => {
        const random = createRandom(seed);
        const cost = matrixOf(
          rows,
          columns,
          Float64Array.from({ length: rows * columns }, () => random.next()),
        );
        const [r, c] = [shares(rows, () => random.next()), shares(columns, () => random.next())];
        const { plan, error } = sinkhorn(cost, r, c, { lambda });
        expect(error).toBeLessThan(1e-7);
        for (let j = 0; j < columns; j++) {
          let sum = 0;
          for (let i = 0; i < rows; i++) sum += plan.data[i * columns + j]!;
          expect(sum).toBeCloseTo(c[j]!, 8);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('little regularisation comes near the best assignment, and costs of any offset overflow nothing', () => {
  const random = createRandom(4);
  const cost = matrixOf(
    6,
    6,
    Float64Array.from({ length: 36 }, () => 5000 + random.next()),
  );
  const even = new Float64Array(6).fill(1 / 6);
  const { transportCost } = sinkhorn(cost, even, even, { lambda: 300, tolerance: 1e-6 });
  expect(transportCost).toBeCloseTo(assignRows(cost).totalCost / 6, 2);
});

test('a mass of 0 gives zeros, and marginals that do not fit are refused', () => {
  const cost = matrixOf(2, 2, Float64Array.of(0, 1, 1, 0));
  const { plan } = sinkhorn(cost, [1, 0], [0.5, 0.5], { lambda: 2 });
  expect([...plan.data].map((mass) => Math.round(mass * 1e12) / 1e12)).toEqual([0.5, 0.5, 0, 0]);
  expect(() => sinkhorn(cost, [1, 1], [0.5, 0.5], { lambda: 2 })).toThrow('marginals of equal sum');
  expect(() => sinkhorn(cost, [1], [1, 0], { lambda: 2 })).toThrow('expected 2 row marginals, got 1');
  expect(() => sinkhorn(cost, [-1, 2], [0.5, 0.5], { lambda: 2 })).toThrow('row marginals of at least 0');
});
