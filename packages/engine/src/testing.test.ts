import { beforeAll, expect, test } from 'vitest';
import { startEngine, tf } from './index.js';
import { expectNoLeak } from './testing.js';

beforeAll(async () => {
  await startEngine('cpu');
});

test('what is returned is no leak, and is disposed', async () => {
  const before = tf.memory().numTensors;
  await expectNoLeak(() => ({ sum: tf.tidy(() => tf.add(tf.scalar(1), 1)), list: [tf.scalar(2)] }));
  await expectNoLeak(async () => Promise.resolve(tf.scalar(1)));
  expect(tf.memory().numTensors).toBe(before);
});

test('a tensor left behind is a leak, and one too many disposed is told', async () => {
  const kept = tf.scalar(1);
  await expect(expectNoLeak(() => tf.add(tf.add(kept, 1), 1))).rejects.toThrow('1 tensor(s) leaked');
  await expect(expectNoLeak(() => kept.dispose())).rejects.toThrow('1 tensor(s) that were there before are gone');
});
