import { lstat } from 'node:fs/promises';
import { isAlive, type ProcessIdentity } from './process-identity.js';
import { readRegularFile } from './regular-file.js';
import { systemCode } from './system-code.js';

export interface Owner extends ProcessIdentity {
  readonly token: string;
}

/** Heartbeat interval of an owner, for waiters that cannot inspect its process. */
export const heartbeat = 10_000;

/** Time without a heartbeat after which such an owner counts as dead. */
export const silence = 6 * heartbeat;

/** Maximum clock difference between machines: a lock from further in the future shows no life. */
const wrongClock = 86_400_000;

/** Bytes; an owner takes a few hundred. */
const limit = 1 << 16;

/** For a lock without an owner: only a power failure leaves a lock without content, and the owner died with it. */
const nobody: Owner = { host: '', boot: '', namespace: '', pid: 0, started: '', token: '' };

const isOwner = (value: unknown): value is Owner =>
  typeof value === 'object' &&
  value !== null &&
  (['host', 'boot', 'namespace', 'started', 'token'] as const).every(
    (name) => name in value && typeof (value as Record<string, unknown>)[name] === 'string',
  ) &&
  'pid' in value &&
  Number.isSafeInteger(value.pid);

/**
 * The owner of a lock; null if there is no lock, and `nobody` for a file without one.
 *
 * @throws IrregularFileError where something other than a file is
 */
export async function readOwner(path: string): Promise<Owner | null> {
  try {
    const value: unknown = JSON.parse((await readRegularFile(path, { limit })).toString());
    return isOwner(value) ? value : nobody;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    if (error instanceof SyntaxError) return nobody;
    throw error;
  }
}

/** Watches the owner of one lock for a waiter. */
export class OwnerWatch {
  readonly #silence: number;
  #token: string | null = null;
  #beat = 0;
  #since = 0;

  constructor(maxSilence: number = silence) {
    this.#silence = maxSilence;
  }

  /**
   * Whether an owner is dead: by its process where that is visible, else by its heartbeats. A lock whose last one is in
   * the future, as on a machine with another clock, is watched for the maximum silence of an owner.
   */
  async isDead(path: string, owner: Owner): Promise<boolean> {
    if (owner.token === '') return true;
    const alive = isAlive(owner);
    if (alive !== null) return !alive;
    const found = await lstat(path).catch(() => null);
    if (found === null) return false;
    const now = Date.now();
    const age = now - found.mtimeMs;
    if (age > this.#silence || age < -wrongClock) return true;
    if (owner.token !== this.#token || found.mtimeMs !== this.#beat) {
      this.#token = owner.token;
      this.#beat = found.mtimeMs;
      this.#since = performance.now();
      return false;
    }
    return performance.now() - this.#since > this.#silence;
  }
}
