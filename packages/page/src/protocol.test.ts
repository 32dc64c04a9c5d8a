import type { Protocol } from '@twoshot/artifact';
import { expect, test } from 'vitest';
import { describeFigure, describeProtocol } from './protocol.js';

const taken = { set: 'test', rows: 100, seed: 7, n: 1, outside: [] };
const scored = { ...taken, split: 2, transductive: false };

test.each<[Protocol, string]>([
  [
    { type: 'classification', ...scored, draw: 3, labelled: 20 },
    '100 of test, 20 labelled, inductive, split 2, draw 3, seed 7, n=1',
  ],
  [
    { type: 'clustering', ...scored, transductive: true, clusters: 12, classes: 10, partitions: 1 },
    '100 of test, 12 clusters of 10 classes, transductive, split 2, seed 7, n=1',
  ],
  [
    { type: 'clustering', ...scored, clusters: 12, classes: 10, partitions: 3 },
    '100 of test, 12 clusters of 10 classes, mean of 3 partitions, inductive, split 2, seed 7, n=1',
  ],
  [{ type: 'retrieval', ...scored, gallery: 999 }, '100 of test, each among 999, inductive, split 2, seed 7, n=1'],
  [
    { type: 'detection', ...scored, draw: 3, labelled: 20, unknown: 30 },
    '100 of test, 30 of unknown classes, 20 labelled, inductive, split 2, draw 3, seed 7, n=1',
  ],
  [
    { type: 'curve', ...taken, over: 'learning rate', points: 40 },
    '100 of test, 40 points over learning rate, seed 7, n=1',
  ],
  [{ type: 'figure', ...taken, of: 'principal components' }, '100 of test, principal components, seed 7, n=1'],
  [{ type: 'count', ...taken, set: 'the folder', of: 'files' }, '100 files of the folder'],
])('%o in words', (protocol, words) => {
  expect(describeProtocol(protocol)).toBe(words);
});

test('counts are integers, and other metrics have four decimals', () => {
  expect(describeFigure(123_456, { type: 'count', ...taken, of: 'files' })).toBe('123456');
  expect(describeFigure(0.5, { type: 'curve', ...taken, over: 'learning rate', points: 40 })).toBe('0.5000');
});

test('a figure names the weights from outside that it hangs on', () => {
  const protocol: Protocol = { type: 'retrieval', ...scored, gallery: 9, outside: ['A (a.whl)', 'B (b.whl)'] };
  expect(describeProtocol(protocol)).toMatch(/n=1, outside weights: A \(a\.whl\); B \(b\.whl\)$/);
});

test('draws replace the draw', () => {
  const protocol: Protocol = { type: 'classification', ...scored, draw: 3, labelled: 20, n: 30 };
  const draws = Array.from({ length: 30 }, (_, at) => at + 1);
  expect(describeProtocol(protocol, draws)).toContain('split 2, draws 1-30, seed 7, n=30');
});
