import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assignRows } from './assignment.js';
import { matrixOf } from './matrix.js';

/** The smallest sum over all ways to pair rows with columns. */
function smallestSum(cost: number[][], row = 0, taken = new Set<number>()): number {
  if (row === cost.length) return 0;
  let best = Number.POSITIVE_INFINITY;
  for (const [column, value] of cost[row]!.entries()) {
    if (taken.has(column)) continue;
    best = Math.min(best, value + smallestSum(cost, row + 1, new Set([...taken, column])));
  }
  return best;
}

const costs = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 2 })).chain(([rows, more]) =>
  fc.array(fc.array(fc.integer({ min: -20, max: 20 }), { minLength: rows + more, maxLength: rows + more }), {
    minLength: rows,
    maxLength: rows,
  }),
);

test('the sum is that of the best of all pairings, wide or tall', () => {
  fc.assert(
    fc.property(costs, (cost) => {
      const [rows, columns] = [cost.length, cost[0]!.length];
      const wide = assignRows(matrixOf(rows, columns, Float64Array.from(cost.flat())));
      expect(wide.totalCost).toBe(smallestSum(cost));
      expect(new Set(wide.columnOf).size).toBe(rows);
      const tall = Float64Array.from({ length: rows * columns }, (_, i) => cost[i % rows]![Math.floor(i / rows)]!);
      const turned = assignRows(matrixOf(columns, rows, tall));
      expect(turned.totalCost).toBe(wide.totalCost);
      expect(turned.columnOf.filter((column) => column === -1).length).toBe(columns - rows);
    }),
    { numRuns: 150 },
  );
});

test('maximising is minimising the negative', () => {
  const cost = matrixOf(2, 3, Float64Array.of(1, 5, 2, 4, 9, 3));
  expect(assignRows(cost, { maximise: true })).toEqual({ columnOf: Int32Array.of(2, 1), totalCost: 11 });
});

test('a cost that is not finite is named, and nothing gives nothing', () => {
  expect(() => assignRows(matrixOf(1, 2, Float64Array.of(1, Number.NaN)))).toThrow('row 0, column 1');
  expect(assignRows(matrixOf(0, 0, new Float64Array(0))).totalCost).toBe(0);
});
