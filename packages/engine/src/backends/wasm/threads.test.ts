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

/** Address of a compiled file, for programs of their own. */
const compiled = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);

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
    const { startEngine, tf } = await import(${compiled('../../../dist/index.js')});
    await startEngine('wasm', { threads: 3 });
    const x = tf.ones([300, 40]);
    console.log(tf.matMul(x, x, true, false).dataSync()[0]);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
  expect(stdout.trim()).toBe('300');
});

test('a kernel that fails on another thread ends the process, with the reason, rather than to wait for ever', async () => {
  const program = `
    const { atomic, drop, i32, i64, WebAssembly, when } = await import(${compiled('../../../../assembly/dist/index.js')});
    const { Threads } = await import(${compiled('../../../dist/backends/wasm/threads.js')});
    const sleep = drop(atomic.wait(i32.const(1024), i32.const(0), i64.const(-1)));
    const fail = drop(i32.divide(i32.const(1), i32.const(0)));
    const kernel = { name: 'fails', write: (scope, [, , thread]) => [when(thread.get, [fail], [sleep])] };
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
    const threads = new Threads([kernel], memory, () => 4096);
    threads.resize(2);
    threads.run('fails', 0, 2);`;
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
  await expect(run).rejects.toMatchObject({
    signal: 'SIGABRT',
    stderr: expect.stringMatching(/A kernel failed on thread 1: .*divide by zero/),
  });
});
