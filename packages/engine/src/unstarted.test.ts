import { expect, test } from 'vitest';
import { startEngine, tf } from './index.js';

test('without an engine an op says how to start one, and works once one is started', async () => {
  expect(() => tf.add(tf.tensor1d([1]), 1)).toThrow('no engine is started: `await startEngine()`');
  await startEngine('wasm');
  expect([...tf.add(tf.tensor1d([1]), 1).dataSync()]).toEqual([2]);
});
