import { findCudaDevice } from '../cuda-device.js';
import { buildNative, type BuildOptions } from './build-native.js';
import type { SetupFailure } from './failure.js';
import { engineFolder, isBuilt, locateNativeBuild, type NativeBuild } from './native-build.js';
import { loadFailure } from './load-failure.js';
import { platformFailure } from './platform.js';
import { footprintOf, wheelsOf, type Variant } from './wheels.js';

export interface SetupOptions extends BuildOptions {
  /** Default `cpu`. */
  readonly variant?: Variant;
}

export type SetupResult =
  | {
      readonly ok: true;
      readonly build: NativeBuild;
      /** False when it was there already. */
      readonly fresh: boolean;
    }
  | { readonly ok: false; readonly failure: SetupFailure };

/**
 * Installs the native engine: downloads the TensorFlow library, compiles the binding, and keeps both in the user's
 * cache. Does nothing when both are there. What was built is loaded once, in another process: a disk that runs no
 * programs, say, shows only then.
 */
export async function setUpNativeEngine(options: SetupOptions = {}): Promise<SetupResult> {
  const variant = options.variant ?? 'cpu';
  const build = locateNativeBuild(variant);
  if (isBuilt(build)) return { ok: true, build, fresh: false };
  const failure = (await firstFailure(build, options)) ?? (await loadFailure(build, options.signal));
  return failure === null ? { ok: true, build, fresh: true } : { ok: false, failure };
}

async function firstFailure(build: NativeBuild, options: BuildOptions): Promise<SetupFailure | null> {
  const platform = platformFailure();
  if (platform !== null) return platform;
  const { variant } = build;
  if (variant === 'cuda' && findCudaDevice() === null) return { kind: 'device-missing' };
  const plan = { build, folder: engineFolder(), wheels: wheelsOf(variant), footprint: footprintOf(variant) };
  return buildNative(plan, options);
}
