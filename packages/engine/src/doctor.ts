import { chooseThreads, readMachine, type Machine, type ThreadCount } from '@twoshot/machine';
import { findPip } from '@twoshot/wheels';
import { cpus, freemem } from 'node:os';
import { chooseEngine, type EngineIdentity } from './identity.js';
import { locatePackage } from './locate-package.js';
import { findCompiler } from './setup/compile.js';
import { describeFailure, type FailureText, type SetupFailure } from './setup/failure.js';
import { loadFailure } from './setup/load-failure.js';
import { brokenPart, engineFolder, locateNativeBuild } from './setup/native-build.js';
import type { EngineSpeed } from './speed.js';

/** What a user who wonders why things are slow, or do not run, wants to know. */
export interface EngineFacts {
  readonly engine: EngineIdentity;
  /** `TWOSHOT_ENGINE` asked for it. */
  readonly forced: boolean;
  /** False where the first run will set it up. */
  readonly ready: boolean;
  /** What is wrong with the installed one: it is incomplete, or it does not load. Null if nothing is. */
  readonly damage: string | null;
  readonly versions: { readonly node: string; readonly tfjs: string };
  readonly processor: string;
  readonly machine: Machine;
  readonly threads: ThreadCount;
  /** Free bytes. */
  readonly freeMemory: number;
  /** Where set-up keeps what it makes. */
  readonly folder: string;
  /** What keeps a better engine from being used, or this one from being set up; empty when all is well. */
  readonly missing: readonly FailureText[];
}

/**
 * Gathers facts about the engine without loading it into this process. Where it still has to be set up, the tools for
 * that are tried; where it is, another process loads it.
 *
 * @throws UnknownEngineError when `TWOSHOT_ENGINE` names no engine
 * @throws ThreadCountError when `TWOSHOT_THREADS` is no number of threads
 */
export async function gatherEngineFacts(signal?: AbortSignal): Promise<EngineFacts> {
  const choice = chooseEngine();
  const threads = chooseThreads();
  const failures = choice.failure === null ? [] : [choice.failure];
  const isNative = choice.kind === 'native' || choice.kind === 'cuda';
  if (isNative && !choice.ready) failures.push(...(await missingTools()));
  const build = locateNativeBuild(choice.kind === 'cuda' ? 'cuda' : 'cpu');
  // By content, and before any of it is loaded.
  const damage = isNative ? brokenPart(build, { contents: true }) : null;
  const unloadable = isNative && choice.ready && damage === null ? await loadFailure(build, signal) : null;
  if (unloadable !== null) failures.push(unloadable);
  return {
    engine: choice.identity(threads.threads),
    forced: choice.forced,
    ready: choice.ready && unloadable === null && damage === null,
    damage: unloadable !== null ? 'does not load' : damage,
    versions: { node: process.versions.node, tfjs: locatePackage('@tensorflow/tfjs-core').version },
    processor: cpus()[0]?.model ?? process.arch,
    machine: readMachine(),
    threads,
    freeMemory: freemem(),
    folder: engineFolder(),
    missing: failures.map((failure) => describeFailure(failure)),
  };
}

async function missingTools(): Promise<SetupFailure[]> {
  const [compiler, pip] = await Promise.all([findCompiler(), findPip()]);
  return [...(typeof compiler === 'string' ? [] : [compiler]), ...('kind' in pip ? [pip] : [])];
}

/** Starts the chosen engine in this process, setting it up if needed, and measures it for some seconds. */
export async function measureEngine(seconds = 5): Promise<EngineSpeed> {
  const { measureSpeed } = await import('./speed.js');
  return measureSpeed(seconds);
}
