import { expect, test } from 'vitest';
import { distance, nearest } from './nearest.js';

test.each([
  ['steps', 'steps', 0],
  ['stpes', 'steps', 1],
  ['step', 'steps', 1],
  ['kitten', 'sitting', 3],
  ['', 'abc', 3],
])('%s and %s are %i apart', (a, b, expected) => {
  expect(distance(a, b)).toBe(expected);
  expect(distance(b, a)).toBe(expected);
});

test.each([
  ['stpes', ['batch', 'steps', 'rate'], 'steps'],
  ['Steps', ['batch', 'steps'], 'steps'],
  ['vicreg', ['infer/knn', 'pretrain/vicreg'], 'pretrain/vicreg'],
  ['pretain/simsaim', ['pretrain/simsiam', 'pretrain/vicreg'], 'pretrain/simsiam'],
  ['colour', ['steps', 'batch'], null],
  ['k', ['n', 'm'], null],
  ['inputs', ['use', 'in', 'params'], 'in'],
  ['neigh', ['predictions', 'neighbours'], 'neighbours'],
  ['x', [], null],
])('%s among %j is %s', (name, candidates, expected) => {
  expect(nearest(name, candidates)).toBe(expected);
});
