import { digestKernels } from './backends/wasm/kernels.js';
import { findCudaDevice } from './cuda-device.js';
import { forcedEngine, type EngineKind } from './engine-kind.js';
import { instructionSet } from './processor.js';
import type { SetupFailure } from './setup/failure.js';
import { brokenPart, isBuilt, libraryDamage, locateNativeBuild, type NativeBuild } from './setup/native-build.js';
import { missingTool, platformFailure } from './setup/platform.js';
import type { SetupOptions } from './setup/set-up.js';
import { locatePackage } from './locate-package.js';
import { TENSORFLOW_VERSION } from './setup/wheels.js';

export { UnknownEngineError, type EngineKind } from './engine-kind.js';

/** What the numbers of a result may hang on; part of the key of every stage that takes the engine. */
export interface EngineIdentity {
  readonly backend: EngineKind;
  /** Library and version, e.g. `tensorflow 2.20.0`. */
  readonly library: string;
  /** Digest of all that the native build is made from, our own ops included; of our WebAssembly kernels; null on `cpu`. */
  readonly native: string | null;
  /** `processor`, or the name of the NVIDIA device. */
  readonly device: string;
  /** Vector instructions in use. */
  readonly instructions: string;
  /** Threads inside one op: another number may round otherwise. */
  readonly threads: number;
}

/** Which engine is to be used, settled without loading any. */
export interface EngineChoice {
  readonly kind: EngineKind;
  /** `TWOSHOT_ENGINE` asked for it: nothing else will do. */
  readonly forced: boolean;
  /** False where it has to be set up first. */
  readonly ready: boolean;
  /** Why a better engine is not used; null when this is the best one for the machine. */
  readonly failure: SetupFailure | null;
  /** The document for a stage that declares this many threads. */
  readonly identity: (threads: number) => EngineIdentity;
}

/**
 * Settles the engine without loading or setting up anything (a few milliseconds): what `TWOSHOT_ENGINE` asks for, or
 * the best one that this platform has.
 *
 * @throws UnknownEngineError
 */
export function chooseEngine(env: NodeJS.ProcessEnv = process.env): EngineChoice {
  const forced = forcedEngine(env);
  if (forced !== null) return choiceOf(forced, true, null, env);
  const failure = platformFailure();
  if (failure !== null) return choiceOf('wasm', false, failure, env);
  const kind = findCudaDevice() === null ? 'native' : 'cuda';
  const build = locateNativeBuild(kind === 'cuda' ? 'cuda' : 'cpu', env);
  const tool = isBuilt(build) ? null : missingTool({ download: libraryDamage(build) !== null }, env);
  return tool === null ? choiceOf(kind, false, null, env) : choiceOf('wasm', false, withDamage(build, tool), env);
}

/**
 * Settles the engine and sets it up where that is needed. Where set-up fails, the next best engine is taken and the
 * choice says why; keys that were computed for the first choice are void then.
 *
 * @returns a failure instead of a choice only where `TWOSHOT_ENGINE` leaves no other engine
 */
export async function ensureEngine(
  options: Omit<SetupOptions, 'variant'> = {},
): Promise<EngineChoice | { readonly failure: SetupFailure }> {
  const choice = chooseEngine();
  if (choice.ready) return choice;
  const { setUpNativeEngine } = await import('./setup/set-up.js');
  const variants = choice.kind === 'cuda' ? (['cuda', 'cpu'] as const) : (['cpu'] as const);
  let failure: SetupFailure | null = null;
  for (const variant of variants) {
    const build = locateNativeBuild(variant);
    const damage = brokenPart(build);
    const result = await setUpNativeEngine({ ...options, variant });
    if (result.ok) return choiceOf(variant === 'cuda' ? 'cuda' : 'native', choice.forced, failure);
    failure ??= damage === null ? result.failure : { kind: 'broken', damage, cause: result.failure };
    if (choice.forced) return { failure };
  }
  return choiceOf('wasm', false, failure);
}

/** What takes the place of an engine that turned out not to load here; null where the user asked for that one. */
export const withoutNative = (choice: EngineChoice): EngineChoice | null =>
  choice.forced ? null : choiceOf('wasm', false, null);

function withDamage(build: NativeBuild, cause: SetupFailure): SetupFailure {
  const damage = brokenPart(build);
  return damage === null ? cause : { kind: 'broken', damage, cause };
}

function choiceOf(
  kind: EngineKind,
  forced: boolean,
  failure: SetupFailure | null,
  env: NodeJS.ProcessEnv = process.env,
): EngineChoice {
  if (kind === 'wasm' || kind === 'cpu') {
    const library = `tfjs-backend-${kind} ${locatePackage(`@tensorflow/tfjs-backend-${kind}`).version}`;
    const instructions = kind === 'wasm' ? 'simd128' : 'none';
    const identity = { backend: kind, library, device: 'processor', instructions } as const;
    return {
      kind,
      forced,
      failure,
      ready: true,
      identity: (threads) =>
        kind === 'wasm' ? { ...identity, native: digestKernels(), threads } : { ...identity, native: null, threads: 1 },
    };
  }
  const build = locateNativeBuild(kind === 'cuda' ? 'cuda' : 'cpu', env);
  const device = kind === 'cuda' ? (findCudaDevice() ?? 'none') : 'processor';
  const instructions = instructionSet();
  return {
    kind,
    forced,
    failure,
    ready: isBuilt(build),
    identity: (threads) => ({
      backend: kind,
      library: `tensorflow ${TENSORFLOW_VERSION}`,
      native: build.digest,
      device,
      instructions,
      threads,
    }),
  };
}
