import { chooseThreads } from '@twoshot/machine';
import { startBackend } from './backends/start-backend.js';
import type { EngineKind } from './engine-kind.js';
import { chooseEngine, ensureEngine } from './identity.js';
import { EngineUnavailableError } from './setup/failure.js';
import { readyBackend } from './setup/ready-backend.js';
import type { SetupOptions } from './setup/set-up.js';

export interface StartOptions extends Omit<SetupOptions, 'variant'> {
  /**
   * Threads inside one op; default what `TWOSHOT_THREADS` says, else one for each core. Only the first start of a process counts, since
   * TensorFlow reads it while it is being loaded.
   */
  readonly threads?: number;
}

/** A started engine. */
export interface Engine {
  readonly kind: EngineKind;
}

/**
 * Starts an engine for this process, setting it up first where that is needed. Starting another kind later switches
 * to it.
 *
 * @param kind default: what `TWOSHOT_ENGINE` asks for, else the best one of this machine
 * @throws EngineUnavailableError when it cannot be set up
 * @throws ThreadCountError where `TWOSHOT_THREADS` is no number of threads
 */
export async function startEngine(kind?: EngineKind, options: StartOptions = {}): Promise<Engine> {
  const { threads, ...setup } = options;
  const chosen = kind ?? chooseEngine().kind;
  await startBackend(await readyBackend(chosen, setup), threads ?? chooseThreads().threads);
  return { kind: chosen };
}

/**
 * The engines that this machine can train with, the best one first; what needs a set-up is set up. Plain JavaScript
 * is left out: it is hundreds of times slower.
 */
export async function availableEngines(options: Omit<SetupOptions, 'variant'> = {}): Promise<EngineKind[]> {
  const choice = await ensureEngine(options);
  if (!('kind' in choice)) throw new EngineUnavailableError(choice.failure);
  return choice.forced || choice.kind === 'wasm' ? [choice.kind] : [choice.kind, 'wasm'];
}
