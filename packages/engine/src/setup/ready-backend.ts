import type { EngineKind } from '../engine-kind.js';
import { EngineUnavailableError } from './failure.js';
import type { NativeBuild } from './native-build.js';
import { setUpNativeEngine, type SetupOptions } from './set-up.js';

/** A backend of TensorFlow.js with what it is loaded from, ready to be started. */
export type ReadyBackend =
  | { readonly kind: 'native' | 'cuda'; readonly build: NativeBuild }
  | { readonly kind: 'wasm' | 'cpu' };

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
