import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { chooseEngine, ensureEngine } from './identity.js';
import { instructionSet } from './processor.js';
import { describeFailure } from './setup/failure.js';
import { locateNativeBuild } from './setup/native-build.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

const LINUX = process.platform === 'linux' && process.arch === 'x64';

test('TWOSHOT_ENGINE decides, and a name that is none is refused', () => {
  expect(chooseEngine({ TWOSHOT_ENGINE: 'cpu' })).toMatchObject({ kind: 'cpu', forced: true, ready: true });
  expect(() => chooseEngine({ TWOSHOT_ENGINE: 'gpu' })).toThrow(
    "TWOSHOT_ENGINE is 'gpu'; expected one of cuda, native, wasm, cpu",
  );
});

test('the identity of WASM counts threads and kernels, and does not hang on the processor', () => {
  const { identity } = chooseEngine({ TWOSHOT_ENGINE: 'wasm' });
  expect(identity(1)).toMatchObject({ backend: 'wasm', library: 'tfjs-backend-wasm 4.22.0', threads: 1 });
  expect(identity(1)).toMatchObject({ device: 'processor', instructions: 'simd128' });
  expect(identity(2)).toEqual({ ...identity(1), threads: 2 });
  expect(identity(1).native).toMatch(/^[0-9a-f]{16}$/);
});

test.runIf(LINUX)('the identity of the native engine counts threads and build', () => {
  const { identity } = chooseEngine({ TWOSHOT_ENGINE: 'native' });
  expect(identity(1)).toMatchObject({
    backend: 'native',
    library: 'tensorflow 2.20.0',
    device: 'processor',
    threads: 1,
  });
  expect(identity(2)).toEqual({ ...identity(1), threads: 2 });
  expect(identity(1).native).toMatch(/^[0-9a-f]{16}$/);
});

test.runIf(LINUX)('a machine without a compiler is planned for with WASM, and says why', () => {
  const choice = chooseEngine({ TWOSHOT_CACHE: '/nowhere', PATH: '/nowhere' });
  expect(choice).toMatchObject({ kind: 'wasm', forced: false, failure: { kind: 'compiler-missing', compiler: 'g++' } });
});

test.runIf(LINUX)('an incomplete build that cannot be reinstalled is named', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'twoshot-identity-'));
  const env = { TWOSHOT_CACHE: folder, PATH: '/nowhere' };
  const libraries = (['cpu', 'cuda'] as const).map((variant) => locateNativeBuild(variant, env).libraryFolder);
  for (const library of libraries) await mkdir(library, { recursive: true });
  const { kind, failure } = chooseEngine(env);
  expect(kind).toBe('wasm');
  expect(failure).toMatchObject({ kind: 'broken', cause: { kind: 'compiler-missing' } });
  expect(describeFailure(failure!).missing).toContain('libtensorflow_cc.so.2 is missing; it cannot be reinstalled');
  await rm(folder, { recursive: true });
});

test.runIf(LINUX)('a set-up that fails goes on with WASM unless another engine was asked for', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'twoshot-identity-'));
  await writeFile(join(folder, 'engine'), 'a file in the way');
  vi.stubEnv('TWOSHOT_CACHE', folder);
  vi.stubEnv('TWOSHOT_ENGINE', '');
  expect(await ensureEngine()).toMatchObject({ kind: 'wasm', ready: true, failure: { kind: 'cache-not-writable' } });
  vi.stubEnv('TWOSHOT_ENGINE', 'native');
  expect(await ensureEngine()).toEqual({ failure: expect.objectContaining({ kind: 'cache-not-writable' }) });
  await rm(folder, { recursive: true });
});

test('the instruction set is the widest whose flags are all there', () => {
  expect(instructionSet('flags\t\t: fpu sse4_1 avx avx2 fma')).toBe('avx2');
  expect(instructionSet('flags : sse4_1 avx avx2 fma avx512f avx512bw avx512vl avx512dq')).toBe('avx512');
  expect(instructionSet('flags : sse4_1 avx avx2 fma avx512f')).toBe('avx2');
  expect(instructionSet('Features : neon')).toBe(process.arch);
});
