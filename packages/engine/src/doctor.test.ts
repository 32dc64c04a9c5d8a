import { afterEach, expect, test, vi } from 'vitest';
import { gatherEngineFacts, measureEngine } from './doctor.js';
import { describeFailure } from './setup/failure.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('the facts name engine, versions, machine and folder without loading TensorFlow', async () => {
  vi.stubEnv('TWOSHOT_ENGINE', 'wasm');
  vi.stubEnv('TWOSHOT_CACHE', '/somewhere');
  const facts = await gatherEngineFacts();
  expect(facts).toMatchObject({ engine: { backend: 'wasm' }, forced: true, ready: true, missing: [] });
  expect(facts.versions).toEqual({ node: process.versions.node, tfjs: '4.22.0' });
  expect(facts.folder).toBe('/somewhere/engine');
  expect(facts.machine.totalMemory).toBeGreaterThan(facts.freeMemory);
});

test.runIf(process.platform === 'linux' && process.arch === 'x64')('what is missing comes with its fix', async () => {
  vi.stubEnv('TWOSHOT_ENGINE', '');
  vi.stubEnv('TWOSHOT_CACHE', '/nowhere');
  vi.stubEnv('CXX', '/nowhere/g++');
  const facts = await gatherEngineFacts();
  expect(facts.engine.backend).toBe('wasm');
  expect(facts.missing).toEqual([describeFailure({ kind: 'compiler-missing', compiler: '/nowhere/g++' })]);
});

test('the speed is a number of operations', async () => {
  vi.stubEnv('TWOSHOT_ENGINE', 'wasm');
  const { convolution, product, startSeconds } = await measureEngine(0.01);
  expect(Math.min(convolution, product, startSeconds)).toBeGreaterThan(0);
});
