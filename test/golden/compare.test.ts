import { expect, test } from 'vitest';
import { compare } from './compare.js';

const tolerance = { rtol: 1e-3, atol: 1e-3 };
const tensor = (shape: readonly number[], data: readonly number[]) => ({ shape, dtype: 'float32', data });

test('a value outside its tolerance, a NaN and a wrong shape do not pass', () => {
  expect(compare([1, 2.0029], tensor([2], [1, 2]), tolerance).problem).toBeNull();
  expect(compare([1, 2.01], tensor([2], [1, 2]), tolerance).problem).toContain('element 1');
  expect(compare([1, Number.NaN], tensor([2], [1, 2]), tolerance).problem).toContain('element 1');
  expect(compare([1], tensor([2], [1, 2]), tolerance).problem).toContain('2 values');
  expect(compare(undefined, tensor([], [1]), tolerance).problem).toContain('missing');
});

test('signs are free only where the file says so', () => {
  const rows = { ...tensor([2, 2], [1, 2, 3, 4]), match: 'up-to-sign-rows' as const };
  expect(compare([-1, -2, 3, 4], rows, tolerance).problem).toBeNull();
  expect(compare([-1, 2, 3, 4], rows, tolerance).problem).not.toBeNull();
  const labels = { ...tensor([4], [0, 1, 1, 2]), dtype: 'int32', match: 'up-to-renaming' as const };
  expect(compare([0, 2, 2, 1], labels, tolerance).problem).toBeNull();
  expect(compare([0, 2, 1, 1], labels, tolerance).problem).not.toBeNull();
});
