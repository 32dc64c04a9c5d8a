import { startEngine, tf } from '@twoshot/engine';
import { expectNoLeak } from '@twoshot/engine/testing';
import { beforeAll, expect, test } from 'vitest';
import { mineMultiSimilarity } from './multi-similarity.js';

beforeAll(() => startEngine('cpu'));

test('keeps what is hard against the other kind, and nothing for an anchor that lacks one', () => {
  // Angles in degrees: two of class 0 at 0 and 40, one of class 1 at 60, one of class 2 at 180.
  const angles = [0, 40, 60, 180].map((degrees) => (degrees * Math.PI) / 180);
  const x = tf.tensor2d(angles.map((angle) => [Math.cos(angle), Math.sin(angle)]));
  const { positive, negative } = mineMultiSimilarity(x, Int32Array.of(0, 0, 1, 2), { epsilon: 0.05 });
  // Anchor 0: its positive (cos 40) is closer than any negative (cos 60): nothing is hard.
  expect([...positive.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
  expect([...negative.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
  // Anchor 1: its negative at 20 degrees is nearer than its positive at 40.
  expect([...positive.subarray(4, 8)]).toEqual([1, 0, 0, 0]);
  expect([...negative.subarray(4, 8)]).toEqual([0, 0, 1, 0]);
  // Anchors 2 and 3 have no positive.
  expect([...negative.subarray(8)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  x.dispose();
});

test('leaves no tensor behind', async () => {
  const x = tf.ones<tf.Rank.R2>([3, 2]);
  const mined = expectNoLeak(() => {
    mineMultiSimilarity(x, Int32Array.of(0, 1, 0));
    return [];
  });
  await expect(mined).resolves.toBeUndefined();
  x.dispose();
});
