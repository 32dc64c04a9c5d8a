import { expect, test } from 'vitest';
import { predictionWarnings } from './prediction-warnings.js';
import { rowsOf } from './rows.js';

const of = (scale: 'probabilities' | 'scores' | 'logits', ...rows: readonly (readonly number[])[]): string[] =>
  predictionWarnings({
    rows: rowsOf('test', Uint32Array.from(rows.keys())),
    classNames: ['cat', 'dog', 'fish'].slice(0, rows[0]?.length ?? 3),
    scale,
    values: Float32Array.from(rows.flat()),
  });

const cat = [0.8, 0.1, 0.1];
const dog = [0.1, 0.8, 0.1];
const fish = [0.1, 0.1, 0.8];

test('predictions of all classes are no cause for a warning', () => {
  expect(of('probabilities', cat, dog, fish, cat, dog, fish, cat, dog, fish)).toEqual([]);
  expect(of('probabilities')).toEqual([]);
  expect(of('probabilities', [1], [1], [1])).toEqual([]);
});

test('rows that nothing speaks for are named', () => {
  const third = 1 / 3;
  expect(of('probabilities', cat, [third, third, third])).toEqual([
    '1 of 2 rows have the same probability for every class, e.g. because no path links them to a labelled row, and get the first class, cat: test 1',
  ]);
  const many = of('scores', ...Array.from({ length: 7 }, () => [0, 0, 0]));
  expect(many).toEqual([expect.stringMatching(/^7 of 7 rows .*: test 0, test 1, test 2, test 3, test 4 and 2 more$/)]);
  expect(of('logits', [5, 5, 5])).toHaveLength(1);
});

test('rows that nothing speaks for do not count for the first class', () => {
  const undecided = Array.from({ length: 20 }, () => [1, 1, 1]);
  expect(of('scores', ...undecided, cat, dog, fish, cat, dog, fish, cat, dog, fish)).toHaveLength(1);
  expect(of('scores', ...undecided)).toHaveLength(1);
});

test('a class without a row, and one with nearly all, are told where there are enough rows', () => {
  const collapsed = Array.from({ length: 24 }, () => cat);
  expect(of('probabilities', ...collapsed)).toEqual(['24 of 24 rows get cat; no row gets dog, fish']);
  expect(of('probabilities', ...collapsed, dog, fish)).toEqual([]);
  expect(of('probabilities', ...collapsed, ...collapsed, dog, fish)).toEqual(['48 of 50 rows get cat']);
  expect(of('probabilities', ...collapsed, ...collapsed.map(() => dog))).toEqual(['no row gets fish']);
  // Of so few, a class may lack one by chance.
  expect(of('probabilities', cat, cat, dog)).toEqual([]);
});

const ofNone = (...probability: readonly number[]): string[] =>
  predictionWarnings({
    rows: rowsOf('test', Uint32Array.from(probability.keys())),
    classNames: ['cat', 'dog', 'fish'],
    scale: 'probabilities',
    values: Float32Array.from(probability.flatMap(() => cat)),
    none: { probability: Float32Array.from(probability), threshold: 0.5 },
  });

test('rows of none of the classes count for no class, and more than half of them are told', () => {
  expect(ofNone(0.9, 0.8, 0.7, 0.1)).toEqual(['3 of 4 rows are of none of the classes']);
  expect(ofNone(0.9, 0.1)).toEqual([]);
});
