import { expect, test } from 'vitest';
import { describeFailure, EngineUnavailableError, type SetupFailure } from './failure.js';

/** Every kind of failure, with what its text must name. */
const failures: readonly (readonly [failure: SetupFailure, named: readonly string[]])[] = [
  [{ kind: 'platform', platform: 'darwin-arm64' }, ['darwin-arm64', 'Linux']],
  [{ kind: 'device-missing' }, ['nvidia-smi', 'TWOSHOT_ENGINE=native']],
  [{ kind: 'python-missing' }, ['Python 3', 'apt-get install python3']],
  [{ kind: 'pip-missing', python: '/opt/python3' }, ['/opt/python3', 'python3-pip']],
  [{ kind: 'compiler-missing', compiler: 'clang++' }, ['clang++', 'CXX']],
  [
    { kind: 'download-failed', requirement: 'tensorflow-cpu==2.20.0', output: 'a line\nERROR: no network\n' },
    ['tensorflow-cpu==2.20.0: ERROR: no network', 'HTTPS_PROXY', 'PIP_INDEX_URL'],
  ],
  [
    { kind: 'digest-mismatch', requirement: 'tensorflow-cpu==2.20.0', expected: 'aa11', found: 'bb22' },
    ['tensorflow-cpu==2.20.0', 'expected SHA-256 aa11, found bb22', 'PIP_INDEX_URL'],
  ],
  [{ kind: 'disk-full', folder: '/cache', needed: 1.2e9, free: 3e8 }, ['/cache', '1.2 GB', '0.3 GB', 'TWOSHOT_CACHE']],
  [{ kind: 'disk-full', folder: '/cache', needed: 1.2e9, free: null }, ['/cache', '1.2 GB', 'TWOSHOT_CACHE']],
  [{ kind: 'cache-not-writable', folder: '/cache', reason: 'EROFS' }, ['/cache', 'EROFS', 'TWOSHOT_CACHE']],
  [
    { kind: 'compilation-failed', compiler: 'clang++', output: 'x.cc:3: error: no such type' },
    ['clang++', 'x.cc:3: error: no such type', 'CXX'],
  ],
  [
    { kind: 'load-failed', variant: 'cuda', file: '/cache/a.node', reason: 'undefined symbol' },
    ['CUDA', '/cache/a.node', 'undefined symbol', 'engine remove'],
  ],
  [
    { kind: 'load-failed', variant: 'cpu', file: '/cache/a.node', reason: 'undefined symbol' },
    ['native', 'undefined symbol', 'engine setup', 'TWOSHOT_CACHE'],
  ],
  [
    { kind: 'load-failed', variant: 'cpu', file: '/cache/a.node', reason: 'failed to map segment from shared object' },
    ['/cache/a.node', 'noexec', 'TWOSHOT_CACHE'],
  ],
  [
    { kind: 'broken', damage: '/cache/x is incomplete: a.so is missing', cause: { kind: 'pip-missing', python: 'py' } },
    ['/cache/x is incomplete: a.so is missing', 'py has no pip', 'python3-pip', 'engine setup'],
  ],
];

test('a failure says what is missing, how to fix it and what going on without costs', () => {
  expect(describeFailure({ kind: 'compiler-missing', compiler: 'g++' })).toEqual({
    missing: 'the C++ compiler g++ was not found',
    fix: 'apt-get install g++, or name another one in CXX',
    cost: 'the WASM engine takes the same cores and trains 3 to 5 times slower',
  });
});

test.each(failures)('the text of %j names what it is about', (failure, named) => {
  const { missing, fix, cost } = describeFailure(failure);
  for (const name of named) expect(`${missing} / ${fix}`).toContain(name);
  for (const text of [missing, fix, cost]) expect(text).not.toMatch(/undefined$|\[object|NaN|null|^$|\.$/);
});

test('to set up again is no advice for a disk that runs no programs', () => {
  const reason = 'failed to map segment from shared object: Operation not permitted';
  expect(describeFailure({ kind: 'load-failed', variant: 'cpu', file: '/a', reason }).fix).not.toContain('setup');
});

test('no two failures have the same text', () => {
  const texts = failures.map(([failure]) => describeFailure(failure).missing);
  expect(new Set(texts).size).toBe(failures.length);
});

test('an engine that is unavailable says what to do', () => {
  expect(new EngineUnavailableError({ kind: 'pip-missing', python: 'python3' }).message).toBe(
    'python3 has no pip; to fix it: apt-get install python3-pip, or python3 -m ensurepip',
  );
});
