import type { ReadyBackend } from '../backends/start-backend.js';
import type { EngineKind } from '../engine-kind.js';
import { EngineUnavailableError } from './failure.js';
import { setUpNativeEngine, type SetupOptions } from './set-up.js';

/**
 * Installs what an engine is loaded from, where that is not there yet.
 *
 * @throws EngineUnavailableError when it cannot be set up
 */
export async function readyBackend(
  kind: EngineKind,
  options: Omit<SetupOptions, 'variant'> = {},
): Promise<ReadyBackend> {
  if (kind === 'wasm' || kind === 'cpu') return { kind };
  const result = await setUpNativeEngine({ ...options, variant: kind === 'cuda' ? 'cuda' : 'cpu' });
  if (!result.ok) throw new EngineUnavailableError(result.failure);
  return { kind, build: result.build };
}
