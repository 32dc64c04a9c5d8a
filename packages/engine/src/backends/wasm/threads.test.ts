import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { batchNorm, conv2d, maxPool, tf } from '../../index.js';
import { createRandom } from '../../random.js';
import { startEngine } from '../../start.js';

const random = createRandom(11);
const numbers = (size: number): Float32Array => Float32Array.from({ length: size }, () => random.normal());
const images = numbers(12 * 16 * 16 * 9);
const weights = numbers(3 * 3 * 9 * 20);

function block(x: tf.Tensor, filter: tf.Tensor): tf.Tensor {
  const y = conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, { strides: [1, 2] });
  return maxPool(batchNorm(y, null, null, 1e-5, { relu: true }).y, { size: [2, 2] }).square();
}

/** Output and gradients of a block, in bits. */
async function blockOn(threads: number): Promise<Int32Array[]> {
  await startEngine('wasm', { threads });
  return tf.tidy(() => {
    const inputs = [tf.tensor4d(images, [12, 16, 16, 9]), tf.tensor4d(weights, [3, 3, 9, 20])];
    const results = [block(inputs[0]!, inputs[1]!), ...tf.grads(block)(inputs)];
    return results.map((result) => new Int32Array(Float32Array.from(result.dataSync()).buffer));
  });
}

let onOne: Int32Array[] = [];

beforeAll(async () => {
  onOne = await blockOn(1);
});

afterAll(async () => {
  await startEngine('wasm', { threads: 1 });
});

test.each([2, 3])('%i threads give the same bits as one, again and again', async (threads) => {
  for (let round = 0; round < 8; round++) expect(await blockOn(threads)).toEqual(onOne);
});

test('threads keep no process alive, idle or asleep', async () => {
  const program = `
    const { startEngine, tf } = await import(${JSON.stringify(new URL('../../../dist/index.js', import.meta.url).href)});
    await startEngine('wasm', { threads: 3 });
    const x = tf.ones([300, 40]);
    console.log(tf.matMul(x, x, true, false).dataSync()[0]);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
  expect(stdout.trim()).toBe('300');
});
