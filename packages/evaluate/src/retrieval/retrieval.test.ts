import { matrixOf } from '@twoshot/geometry';
import { expect, test } from 'vitest';
import { areaUnderRoc, cumulativeMatches, meanAveragePrecision, meanPrecisionOfLists } from '../index.js';

const scores = matrixOf(2, 3, Float64Array.of(0.9, 0.5, 0.1, 0.2, 0.8, 0.4));

test('a query whose class is not in the gallery does not count', () => {
  expect(meanAveragePrecision(scores, [0, 7], [1, 0, 0])).toEqual({
    averagePrecision: Float64Array.of((1 / 2 + 2 / 3) / 2, 0),
    value: (1 / 2 + 2 / 3) / 2,
  });
  expect(cumulativeMatches(scores, [0, 7], [1, 0, 0], { ranks: 3 })).toEqual({
    cmc: Float64Array.of(0, 1, 1),
    counted: 1,
  });
  expect(meanAveragePrecision(scores, [7, 7], [1, 0, 0]).value).toBe(0);
});

test('ties of scores go to the lower gallery row', () => {
  const tied = matrixOf(1, 2, Float64Array.of(0.5, 0.5));
  expect(cumulativeMatches(tied, [3], [3, 4], { ranks: 1 }).cmc[0]).toBe(1);
  expect(cumulativeMatches(tied, [4], [3, 4], { ranks: 1 }).cmc[0]).toBe(0);
});

test('a new class ranks above the classes that score below its threshold', () => {
  const { predictions, perRow } = meanPrecisionOfLists(scores, [3, 0], { threshold: 0.45, k: 3 });
  expect([...predictions]).toEqual([0, 1, 3, 1, 3, 2]);
  expect([...perRow]).toEqual([1 / 3, 0]);
});

test('the area under the curve is 1 for scores that separate, a half for equal ones', () => {
  expect(areaUnderRoc([0.1, 0.9, 0.8], [0, 1, 1])).toBe(1);
  expect(areaUnderRoc([3, 3, 3, 3], [0, 1, 1, 0])).toBe(0.5);
});

test('labels of another length, and rows of one kind only, are refused', () => {
  expect(() => meanAveragePrecision(scores, [0], [1, 0, 0])).toThrow('expected 2 query labels, got 1');
  expect(() => cumulativeMatches(scores, [0, 1], [1], { ranks: 1 })).toThrow('expected 3 gallery labels, got 1');
  expect(() => meanPrecisionOfLists(scores, [0, 1], { threshold: 0, k: 5 })).toThrow('lists of 1 to 4 classes');
  expect(() => areaUnderRoc([1, 2], [1, 1])).toThrow('got 2 and 0');
});
