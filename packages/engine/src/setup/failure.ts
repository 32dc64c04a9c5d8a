import type { Variant } from './wheels.js';

/** Why the native engine could not be set up. */
export type SetupFailure =
  /** There is no TensorFlow wheel for this platform. */
  | { readonly kind: 'platform'; readonly platform: string }
  /** CUDA was asked for and `nvidia-smi` finds no device. */
  | { readonly kind: 'device-missing' }
  | { readonly kind: 'python-missing' }
  | { readonly kind: 'pip-missing'; readonly python: string }
  | { readonly kind: 'compiler-missing'; readonly compiler: string }
  | { readonly kind: 'download-failed'; readonly requirement: string; readonly output: string }
  /** The index gave another file than the pinned one. */
  | {
      readonly kind: 'digest-mismatch';
      readonly requirement: string;
      readonly expected: string;
      readonly found: string;
    }
  | { readonly kind: 'disk-full'; readonly folder: string; readonly needed: number; readonly free: number | null }
  | { readonly kind: 'cache-not-writable'; readonly folder: string; readonly reason: string }
  | { readonly kind: 'compilation-failed'; readonly compiler: string; readonly output: string }
  /** Built, but the dynamic loader or TensorFlow refuses it. */
  | { readonly kind: 'load-failed'; readonly variant: Variant; readonly reason: string };

/** A failure in words for the user. */
export interface FailureText {
  /** What is missing, in one sentence. */
  readonly missing: string;
  /** The next thing to type or to do. */
  readonly fix: string;
  /** What going on without costs. */
  readonly cost: string;
}

/** As docs/performance/wasm.md has it, on as many threads. */
const COST = 'the WASM engine takes the same cores and trains 3 to 5 times slower';

/** Says what is missing, what fixes it and what it costs. */
export function describeFailure(failure: SetupFailure): FailureText {
  const [missing, fix] = missingAndFix(failure);
  return { missing, fix, cost: COST };
}

function missingAndFix(failure: SetupFailure): readonly [string, string] {
  switch (failure.kind) {
    case 'platform':
      return [
        `the TensorFlow library is built for Linux on x64 with glibc; this is ${failure.platform}`,
        'run it in a Linux x64 machine or container, for example node:22-bookworm',
      ];
    case 'device-missing':
      return ['no NVIDIA device was found (nvidia-smi)', "install NVIDIA's driver, or set TWOSHOT_ENGINE=native"];
    case 'python-missing':
      return ['Python 3 with pip is needed to download the TensorFlow library', 'apt-get install python3 python3-pip'];
    case 'pip-missing':
      return [`${failure.python} is there but has no pip`, 'apt-get install python3-pip, or python3 -m ensurepip'];
    case 'compiler-missing':
      return [`the C++ compiler ${failure.compiler} was not found`, 'apt-get install g++, or name another one in CXX'];
    case 'download-failed':
      return [
        `pip could not download ${failure.requirement}: ${lastLines(failure.output)}`,
        "check the network; a proxy goes into HTTPS_PROXY, an index of your own into PIP_INDEX_URL or pip's configuration",
      ];
    case 'digest-mismatch':
      return [
        `the package index gave another file for ${failure.requirement}: expected SHA-256 ${failure.expected}, found ${failure.found}`,
        'use an index that serves the files of pypi.org (PIP_INDEX_URL)',
      ];
    case 'disk-full':
      return [
        `${failure.folder} needs ${gigabytes(failure.needed)} free while the library is unpacked${
          failure.free === null ? '' : ` and has ${gigabytes(failure.free)}`
        }`,
        'free some space, or name a folder on another disk in TWOSHOT_CACHE',
      ];
    case 'cache-not-writable':
      return [`${failure.folder} cannot be written: ${failure.reason}`, 'name a writable folder in TWOSHOT_CACHE'];
    case 'compilation-failed':
      return [
        `${failure.compiler} could not compile the binding: ${lastLines(failure.output)}`,
        'a g++ of version 9 or newer is needed (apt-get install g++, or name it in CXX)',
      ];
    case 'load-failed':
      return [
        `the ${failure.variant === 'cuda' ? 'CUDA' : 'native'} engine was built but cannot be loaded: ${failure.reason}`,
        'twoshot engine remove && twoshot engine setup',
      ];
    default:
      return unreachable(failure);
  }
}

function unreachable(failure: never): never {
  throw new Error(`unknown failure ${JSON.stringify(failure)}`);
}

/** An engine that was asked for by name cannot be had. */
export class EngineUnavailableError extends Error {
  override readonly name = 'EngineUnavailableError';
  readonly failure: SetupFailure;

  constructor(failure: SetupFailure) {
    const { missing, fix } = describeFailure(failure);
    super(`${missing}\n  to fix it: ${fix}`);
    this.failure = failure;
  }
}

function lastLines(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  const telling = lines.filter((line) => /error/i.test(line));
  return (telling.length > 0 ? telling : lines.filter((line) => line !== '')).slice(-2).join(' / ').slice(0, 600);
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
