import { beforeAll, expect, test } from 'vitest';
import { tf } from '../../index.js';
import { createRandom } from '../../random.js';
import { startEngine } from '../../start.js';
import { expectNoLeak } from '../../testing.js';

const random = createRandom(9);
const numbers = (size: number): Float32Array => Float32Array.from({ length: size }, () => random.normal());

beforeAll(async () => {
  await startEngine('wasm');
});

test('tf.conv2d gives its filter the gradient that the plain backend gives', async () => {
  const images = numbers(2 * 6 * 5 * 3);
  const weights = numbers(3 * 2 * 3 * 4);
  const gradients: number[][] = [];
  for (const kind of ['wasm', 'cpu'] as const) {
    await startEngine(kind);
    await expectNoLeak(() => {
      const x = tf.tensor4d(images, [2, 6, 5, 3]);
      const filter = tf.tensor4d(weights, [3, 2, 3, 4]);
      const gradient = tf.grad((moved) =>
        tf
          .conv2d(x, moved.as4D(3, 2, 3, 4), 2, 'same')
          .square()
          .sum(),
      )(filter);
      gradients.push([...gradient.dataSync()]);
      return [x, filter, gradient];
    });
  }
  const [wasm = [], cpu = []] = gradients;
  expect(wasm.length).toBe(weights.length);
  for (const [place, value] of wasm.entries()) expect(value).toBeCloseTo(cpu[place] ?? NaN, 3);
});

test('tf.gather sends gradients back to the rows that it took', async () => {
  await startEngine('wasm');
  await expectNoLeak(() => {
    const table = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
    const rows = tf.tensor1d([2, 0, 2], 'int32');
    const gradient = tf.grad((moved) => tf.gather(moved, rows).square().sum())(table);
    expect([...gradient.dataSync()]).toEqual([2, 4, 0, 0, 20, 24]);
    return [table, rows, gradient];
  });
});

test('a gradient that would be wrong fails instead', () => {
  const x = tf.ones<tf.Rank.R4>([1, 2, 2, 1]);
  const pool = tf.grad((images) => tf.maxPool(images.as4D(1, 2, 2, 1), 2, 2, 'valid').sum());
  expect(() => pool(x)).toThrow("'MaxPoolGrad' not registered");
});
