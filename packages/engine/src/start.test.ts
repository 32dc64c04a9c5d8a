import util from 'node:util';
import { afterEach, expect, test, vi } from 'vitest';
import { findCudaDevice } from './cuda-device.js';
import { engineUnderTest } from './engine-under-test.js';
import { availableEngines, startEngine, tf } from './index.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

const underTest = engineUnderTest();

test.runIf(underTest === 'native')(
  'the native engine runs where Node has no util.isNullOrUndefined any more',
  async () => {
    Reflect.deleteProperty(util, 'isNullOrUndefined');
    expect(await startEngine('native', { threads: 2 })).toEqual({ kind: 'native' });
    expect([...tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync()]).toEqual([11]);
    expect(process.env['TF_ENABLE_ONEDNN_OPTS']).toBe('1');
    expect(process.env['TF_NUM_INTRAOP_THREADS']).toBe('2');
  },
);

test('starting another engine switches to it, and back', async () => {
  await startEngine('wasm');
  expect(tf.getBackend()).toBe('wasm');
  await startEngine('cpu');
  expect(tf.getBackend()).toBe('cpu');
  await startEngine(underTest);
  expect(tf.getBackend()).toBe(underTest === 'wasm' || underTest === 'cpu' ? underTest : 'tensorflow');
});

test('without a word TWOSHOT_ENGINE decides', async () => {
  vi.stubEnv('TWOSHOT_ENGINE', 'wasm');
  expect(await startEngine()).toEqual({ kind: 'wasm' });
  expect(await availableEngines()).toEqual(['wasm']);
});

test.runIf(underTest === 'native' || underTest === 'cuda')(
  'the engines to train with are the best one and WASM',
  async () => {
    vi.stubEnv('TWOSHOT_ENGINE', '');
    const engines = await availableEngines();
    expect(engines).toContain('wasm');
    expect(engines).toContain(findCudaDevice() === null ? 'native' : 'cuda');
    expect(engines).not.toContain('cpu');
  },
);

test.runIf(findCudaDevice() === null)('an engine whose device is not there is refused with what to do', async () => {
  vi.stubEnv('PATH', '/nowhere');
  await expect(startEngine('cuda')).rejects.toThrow(/no NVIDIA device was found[\s\S]*TWOSHOT_ENGINE=native/);
});

test('gradients and chained methods are there', async () => {
  await startEngine('wasm');
  const gradient = tf.grad((x) => x.square().sum());
  expect([...gradient(tf.tensor1d([1, 2])).dataSync()]).toEqual([2, 4]);
});
