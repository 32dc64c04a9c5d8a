import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { comparedEngines } from '../engine-under-test.js';
import { createRandom } from '../random.js';
import { startEngine } from '../start.js';
import { type HostFactor, hostProduct, hostTranspose } from './host-product.js';

function drawn(seed: number, rows: number, columns: number, transposed: boolean): HostFactor {
  const random = createRandom(seed);
  const values = Float32Array.from({ length: rows * columns }, () => random.normal());
  const shape = transposed ? ([columns, rows] as const) : ([rows, columns] as const);
  return { values, shape, transposed };
}

function element({ values, shape, transposed }: HostFactor, row: number, column: number): number {
  return values[transposed === true ? column * shape[1] + row : row * shape[1] + column]!;
}

describe.each(comparedEngines())('on the engine %s', (kind) => {
  beforeAll(async () => {
    await startEngine(kind);
  });

  test.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])('products with the factors turned: %s, %s', (turnLeft, turnRight) => {
    const [n, k, m] = [11, 7, 18];
    const [left, right] = [drawn(1, n, k, turnLeft), drawn(2, k, m, turnRight)];
    const before = tf.memory().numTensors;
    const found = hostProduct(left, right);
    expect(tf.memory().numTensors).toBe(before);
    expect(found).toHaveLength(n * m);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < m; j++) {
        let sum = 0;
        for (let l = 0; l < k; l++) sum += element(left, i, l) * element(right, l, j);
        expect(found[i * m + j]).toBeCloseTo(sum, 5);
      }
  });

  test('a factor without rows or without columns gives zeros', () => {
    const none = new Float32Array(0);
    const right = drawn(3, 4, 5, false);
    expect(hostProduct({ values: none, shape: [0, 4] }, right)).toHaveLength(0);
    expect([...hostProduct({ values: none, shape: [2, 0] }, { values: none, shape: [0, 2] })]).toEqual([0, 0, 0, 0]);
  });

  test('what is not finite comes out', () => {
    const left: HostFactor = { values: Float32Array.of(Number.NaN, 1, 2, 3), shape: [2, 2] };
    const found = hostProduct(left, { ...left, values: Float32Array.of(1, 2, 3, 4), transposed: true });
    expect([...found]).toEqual([Number.NaN, Number.NaN, 8, 18]);
  });
});

test('a matrix turned twice is itself', () => {
  const { values } = drawn(4, 19, 10, false);
  const turned = hostTranspose(values, 19, 10);
  expect(turned[3 * 19 + 7]).toBe(values[7 * 10 + 3]);
  expect(hostTranspose(turned, 10, 19)).toEqual(values);
});
