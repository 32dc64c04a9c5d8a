import type { EngineFacts } from '@twoshot/engine/setup';
import { expect, test } from 'vitest';
import { factLines, speedText } from './doctor-text.js';

const gibibyte = 2 ** 30;
const facts: EngineFacts = {
  engine: {
    backend: 'native',
    library: 'tensorflow 2.20.0',
    native: 'abc',
    device: 'processor',
    instructions: 'avx2',
    threads: 16,
  },
  forced: false,
  ready: true,
  damage: null,
  versions: { node: '22.1.0', tfjs: '4.22.0' },
  processor: 'EPYC',
  machine: {
    processors: 16,
    cores: 16,
    totalMemory: 64 * gibibyte,
    memory: 64 * gibibyte,
    limits: { cores: null, memory: null },
  },
  threads: { threads: 16, from: 'the cores of the machine' },
  freeMemory: 32 * gibibyte,
  folder: '/cache/engine',
  missing: [],
};
const disk = { workspace: '/work', free: gibibyte };

const linesOf = (changes: Partial<EngineFacts>): string[] => factLines({ ...facts, ...changes }, disk);

test('a machine on which all is well', () => {
  expect(linesOf({}).slice(1)).toEqual([
    'engine     native, tensorflow 2.20.0',
    '           processor, avx2',
    '           installed, in /cache/engine',
    'processor  EPYC, 16 cores',
    'memory     64.0 GiB, 32.0 GiB free',
    'limits     none',
    'threads    16, from the cores of the machine',
    'disk       1.0 GiB free at /work',
  ]);
});

test('a container that has part of the machine', () => {
  const limits = { cores: 1.5, memory: 2 * gibibyte };
  const lines = linesOf({
    machine: { ...facts.machine, cores: 2, memory: limits.memory, limits },
    threads: { threads: 2, from: 'the cores of the machine' },
  });
  expect(lines).toContain('processor  EPYC, 16 cores');
  expect(lines).toContain('limits     1.5 cores, 2.0 GiB of memory (control group)');
  expect(lines).toContain('threads    2, from the cores of the machine');
  expect(linesOf({ threads: { threads: 8, from: 'TWOSHOT_THREADS' } })).toContain('threads    8, from TWOSHOT_THREADS');
});

test('an engine that is not installed has a next step, or what is missing and how to fix it', () => {
  expect(linesOf({ ready: false }).slice(-1)[0]).toMatch(/^next {7}twoshot engine setup/);
  const missing = [{ missing: 'no compiler', fix: 'install one', cost: 'it is slow' }];
  expect(linesOf({ ready: false, missing }).slice(-3)).toEqual([
    'missing    no compiler',
    '  to fix   install one',
    '  without  it is slow',
  ]);
});

test('a broken engine is not reported as installed', () => {
  const lines = linesOf({ ready: false, damage: '/cache/engine/x is incomplete: a.so is missing' });
  expect(lines).toContain('           /cache/engine/x is incomplete: a.so is missing');
  expect(lines.at(-1)).toBe('next       twoshot engine setup reinstalls it');
  expect(lines.join('\n')).not.toContain('installed, in /');
});

test('an engine that needs no installation does not mention one', () => {
  const engine = { ...facts.engine, backend: 'wasm', library: 'tfjs-backend-wasm 4.22.0' } as const;
  const lines = linesOf({ engine, forced: true });
  expect(lines).toContain('engine     wasm, tfjs-backend-wasm 4.22.0, selected by TWOSHOT_ENGINE');
  expect(lines.join()).not.toContain('set up');
});

test('the speed', () => {
  expect(speedText({ convolution: 397.06, product: 209.6, startSeconds: 0.68 })).toBe(
    'speed      397.1 GFLOP/s in convolutions, 209.6 in matrix products; starts in 0.7 s',
  );
});
