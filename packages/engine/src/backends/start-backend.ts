import type { ReadyBackend } from '../setup/ready-backend.js';

/**
 * Starts a backend in this process; starting another kind later switches to it. Knows nothing of how the native one is
 * brought, so that an edit there is no change of what is computed.
 *
 * @param threads inside one op; only the first start of a process counts
 * @throws EngineUnavailableError when it cannot be loaded
 */
export async function startBackend(ready: ReadyBackend, threads: number): Promise<void> {
  if ('build' in ready) {
    const { startNativeBackend } = await import('./native.js');
    await startNativeBackend(ready.build, threads);
  } else {
    const { startPortableBackend } = await import('./portable.js');
    await startPortableBackend(ready.kind, threads);
  }
}
