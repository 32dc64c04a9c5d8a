import { expect, test } from 'vitest';
import { describeFailure, EngineUnavailableError, type SetupFailure } from './failure.js';

const FAILURES: readonly SetupFailure[] = [
  { kind: 'platform', platform: 'darwin-arm64' },
  { kind: 'device-missing' },
  { kind: 'python-missing' },
  { kind: 'pip-missing', python: 'python3' },
  { kind: 'compiler-missing', compiler: 'g++' },
  { kind: 'download-failed', requirement: 'tensorflow-cpu==2.20.0', output: 'line\nERROR: no network\n' },
  { kind: 'digest-mismatch', requirement: 'tensorflow-cpu==2.20.0', expected: 'aa', found: 'bb' },
  { kind: 'disk-full', folder: '/cache', needed: 1.2e9, free: 3e8 },
  { kind: 'cache-not-writable', folder: '/cache', reason: 'EROFS' },
  { kind: 'compilation-failed', compiler: 'g++', output: 'x.cc:3: error: no such type' },
  { kind: 'load-failed', variant: 'cpu', reason: 'undefined symbol' },
];

test('every failure says what is missing, how to fix it and what it costs', () => {
  expect(FAILURES.map((failure) => describeFailure(failure))).toMatchInlineSnapshot(`
    [
      {
        "cost": "the WASM engine works on one core and trains 4 to 10 times slower",
        "fix": "run it in a Linux x64 machine or container, for example node:22-bookworm",
        "missing": "the TensorFlow library is built for Linux on x64 with glibc; this is darwin-arm64",
      },
      {
        "cost": "the WASM engine works on one core and trains 4 to 10 times slower",
        "fix": "install NVIDIA's driver, or set TWOSHOT_ENGINE=native",
        "missing": "no NVIDIA device was found (nvidia-smi)",
      },
      {
        "cost": "the WASM engine works on one core and trains 4 to 10 times slower",
        "fix": "apt-get install python3 python3-pip",
        "missing": "Python 3 with pip is needed to download the TensorFlow library",
      },
      {
        "cost": "the WASM engine works on one core and trains 4 to 10 times slower",
        "fix": "apt-get install python3-pip, or python3 -m ensurepip",
        "missing": "python3 is there but has no pip",
      },
      {
        "cost": "the WASM engine works on one core and trains 4 to 10 times slower",
        "fix": "apt-get install g++, or name another one in CXX",
        "missing": "the C++ compiler g++ was not found",
      },
      {
        "cost": "the WASM engine works on one core and trains 4 to 10 times slower",
        "fix": "check the network; a proxy goes into HTTPS_PROXY, an index of your own into PIP_INDEX_URL or pip's configuration",
        "missing": "pip could not download tensorflow-cpu==2.20.0: ERROR: no network",
      },
      {
        "cost": "the WASM engine works on one core and trains 4 to 10 times slower",
        "fix": "use an index that serves the files of pypi.org (PIP_INDEX_URL)",
        "missing": "the package index gave another file for tensorflow-cpu==2.20.0: expected SHA-256 aa, found bb",
      },
      {
        "cost": "the WASM engine works on one core and trains 4 to 10 times slower",
        "fix": "free some space, or name a folder on another disk in TWOSHOT_CACHE",
        "missing": "/cache needs 1.2 GB free while the library is unpacked and has 0.3 GB",
      },
      {
        "cost": "the WASM engine works on one core and trains 4 to 10 times slower",
        "fix": "name a writable folder in TWOSHOT_CACHE",
        "missing": "/cache cannot be written: EROFS",
      },
      {
        "cost": "the WASM engine works on one core and trains 4 to 10 times slower",
        "fix": "a g++ of version 9 or newer is needed (apt-get install g++, or name it in CXX)",
        "missing": "g++ could not compile the binding: x.cc:3: error: no such type",
      },
      {
        "cost": "the WASM engine works on one core and trains 4 to 10 times slower",
        "fix": "twoshot engine remove && twoshot engine setup",
        "missing": "the native engine was built but cannot be loaded: undefined symbol",
      },
    ]
  `);
});

test('an engine that cannot be had says what to do', () => {
  expect(new EngineUnavailableError({ kind: 'pip-missing', python: 'python3' }).message).toBe(
    'python3 is there but has no pip\n  to fix it: apt-get install python3-pip, or python3 -m ensurepip',
  );
});
