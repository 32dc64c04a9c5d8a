import { expect, test } from 'vitest';
import { defineStage, memoryOf, threadsOf, type Resources } from './index.js';

test.each<[Resources | undefined, number, number]>([
  [undefined, 16, 1],
  [{ memory: 8 }, 16, 1],
  [{ threads: 'one' }, 16, 1],
  [{ threads: 'all' }, 16, 16],
  [{ threads: { maximum: 4 } }, 16, 4],
  [{ threads: { maximum: 4 } }, 2, 2],
])('%j takes of %i threads %i', (resources, available, threads) => {
  expect(threadsOf(resources, available)).toBe(threads);
});

test('a stage takes a gibibyte unless it says otherwise', () => {
  expect([memoryOf(), memoryOf({ threads: 'all' }), memoryOf({ memory: 8 })]).toEqual([1024, 1024, 8]);
});

const declare = (resources: object) => (): unknown =>
  defineStage({ name: 'own/stage', summary: '', params: {}, inputs: {}, outputs: {}, resources, async run() {} });

test('a declaration says what of its resources there is not', () => {
  expect(declare({ cpus: 2 })).toThrow(
    "own/stage: its resources have no 'cpus', only threads and memory; `cpus` is `threads` now: 'one', 'all', or { maximum: n }",
  );
  expect(declare({ gpus: 1 })).toThrow("own/stage: its resources have no 'gpus', only threads and memory");
  expect(declare({ threads: 2 })).toThrow('own/stage: its threads are 2; expected');
  expect(declare({ threads: { maximum: 0 } })).toThrow('own/stage: its threads are {"maximum":0}; expected');
  expect(declare({ threads: 'all', memory: 64 })).not.toThrow();
});
