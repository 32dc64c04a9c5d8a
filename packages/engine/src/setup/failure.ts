import { describeWheelFailure, tellingLines, type WheelFailure } from '@twoshot/wheels';
import type { Variant } from './wheels.js';

/** Why the native engine could not be set up. */
export type SetupFailure =
  | WheelFailure
  /** There is no TensorFlow wheel for this platform. */
  | { readonly kind: 'platform'; readonly platform: string }
  /** CUDA was asked for and `nvidia-smi` finds no device. */
  | { readonly kind: 'device-missing' }
  | { readonly kind: 'compiler-missing'; readonly compiler: string }
  | { readonly kind: 'compilation-failed'; readonly compiler: string; readonly output: string }
  /** It was installed, is now incomplete, and could not be reinstalled. */
  | { readonly kind: 'broken'; readonly damage: string; readonly cause: SetupFailure }
  /** Built, but the dynamic loader or TensorFlow refuses it. */
  | { readonly kind: 'load-failed'; readonly variant: Variant; readonly file: string; readonly reason: string };

/** A failure in words for the user. */
export interface FailureText {
  /** What is missing, in one sentence. */
  readonly missing: string;
  /** The next thing to type or to do. */
  readonly fix: string;
  /** What going on without costs. */
  readonly cost: string;
}

/** Words of the dynamic loader on a disk that is mounted `noexec`. */
const forbidsPrograms = /failed to map segment|operation not permitted/i;

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
    case 'compiler-missing':
      return [`the C++ compiler ${failure.compiler} was not found`, 'apt-get install g++, or name another one in CXX'];
    case 'compilation-failed':
      return [
        `${failure.compiler} could not compile the binding: ${tellingLines(failure.output)}`,
        'a g++ of version 9 or newer is needed (apt-get install g++, or name it in CXX)',
      ];
    case 'broken': {
      const [missing, fix] = missingAndFix(failure.cause);
      return [`${failure.damage}; it cannot be reinstalled: ${missing}`, `${fix}; then twoshot engine setup`];
    }
    case 'load-failed':
      return [
        `the ${failure.variant === 'cuda' ? 'CUDA' : 'native'} engine in ${failure.file} cannot be loaded: ${failure.reason}`,
        forbidsPrograms.test(failure.reason)
          ? 'that disk lets no program be run from it (mounted noexec): name a folder on another one in TWOSHOT_CACHE'
          : 'twoshot engine remove && twoshot engine setup, or name another folder in TWOSHOT_CACHE',
      ];
    default:
      return describeWheelFailure(failure, 'the TensorFlow library');
  }
}

/** An engine that was selected by name is unavailable. */
export class EngineUnavailableError extends Error {
  override readonly name = 'EngineUnavailableError';
  readonly failure: SetupFailure;

  constructor(failure: SetupFailure) {
    const { missing, fix } = describeFailure(failure);
    super(`${missing}; to fix it: ${fix}`);
    this.failure = failure;
  }
}
