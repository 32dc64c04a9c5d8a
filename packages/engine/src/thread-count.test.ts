// @module-tag slow
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import type { EngineKind } from './engine-kind.js';
import { engineUnderTest } from './engine-under-test.js';
import type { Results } from './thread-count.fixture.js';

const program = fileURLToPath(new URL('../dist/thread-count.fixture.js', import.meta.url));

async function results(kind: EngineKind, threads: number): Promise<Results> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, kind], {
    env: { ...process.env, TWOSHOT_THREADS: String(threads) },
    maxBuffer: 2 ** 28,
  });
  return JSON.parse(stdout) as Results;
}

/** The largest difference, as a share of the largest number. */
function error(found: readonly number[], expected: readonly number[]): number {
  expect(found.length).toBe(expected.length);
  let [difference, scale] = [0, 0];
  for (const [at, value] of expected.entries()) {
    difference = Math.max(difference, Math.abs(found[at]! - value));
    scale = Math.max(scale, Math.abs(value));
  }
  return difference / scale;
}

/** By plain loops of TensorFlow.js, on one thread. */
let plain: Results = {};
beforeAll(async () => {
  plain = await results('cpu', 1);
});

describe.each([...new Set([engineUnderTest(), 'wasm'] as const)])('on the engine %s', (kind) => {
  const found = new Map<number, Results>();

  test.each([1, 2, 8])('%i threads give the right numbers', async (threads) => {
    found.set(threads, await results(kind, threads));
    expect(Object.keys(found.get(threads)!)).toEqual(Object.keys(plain));
    for (const [name, numbers] of Object.entries(found.get(threads)!))
      expect({ name, far: error(numbers, plain[name]!) > 2e-5 }).toEqual({ name, far: false });
  });

  test.each(['nearest', 'sums', 'spreading', 'adam', 'convolution', ...(kind === 'wasm' ? ['strided', 'block'] : [])])(
    'the kernels of our own behind %s give the same bits on any number of threads',
    (name) => {
      expect(found.get(2)![name]).toEqual(found.get(1)![name]);
      expect(found.get(8)![name]).toEqual(found.get(1)![name]);
    },
  );
});
