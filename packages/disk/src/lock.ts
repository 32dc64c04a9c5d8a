import { link, readdir, readFile, rename, rm, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, thisProcess, type ProcessIdentity } from './process-identity.js';
import { systemCode } from './system-code.js';

interface Owner extends ProcessIdentity {
  readonly token: string;
}

export interface Lock {
  release(): Promise<void>;
}

/** How often an owner shows that it lives, for waiters on other machines that cannot look at its process. */
const heartbeat = 10_000;
const silence = 6 * heartbeat;
const longestPause = 500;

async function readOwner(path: string): Promise<Owner | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Owner;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    // Only a loss of power leaves a lock without its content, and with it went the owner.
    if (error instanceof SyntaxError) return { ...thisProcess(), boot: 'unreadable', token: '' };
    throw error;
  }
}

async function isDead(path: string, owner: Owner): Promise<boolean> {
  const alive = isAlive(owner);
  if (alive !== null) return !alive;
  try {
    return Date.now() - (await stat(path)).mtimeMs > silence;
  } catch {
    return false;
  }
}

/**
 * Takes the lock of a dead owner out of the way. Two waiters may both have seen it: the slower one would then move the
 * lock that the faster one has just taken, and puts it back. Should a third one have got in between, two processes
 * do the same work, which costs time but never correctness: results are addressed by content.
 */
async function reclaim(path: string, dead: Owner): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  const moved = await readOwner(aside);
  if (moved !== null && moved.token !== dead.token) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

/** One try; false if somebody has it. */
async function take(path: string, owner: Owner): Promise<boolean> {
  // A link appears with its content, where a new file would be empty for a moment.
  const draft = `${path}.${owner.token}`;
  await writeFile(draft, JSON.stringify(owner), { flag: 'wx' });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

function held(path: string, owner: Owner): Lock {
  const beat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, heartbeat).unref();
  return {
    async release() {
      clearInterval(beat);
      const current = await readOwner(path);
      if (current?.token === owner.token) await unlink(path).catch(() => undefined);
    },
  };
}

export interface LockOptions {
  readonly signal?: AbortSignal;
  /** Called once, with the owner, when somebody else has it. */
  readonly onWait?: (owner: ProcessIdentity) => void;
}

/**
 * Waits until a lock is free and takes it. A lock whose owner died, however it died, counts as free.
 *
 * @param path of the lock file, in a folder that exists
 * @throws the reason of `signal` when it is aborted first
 */
export async function acquireLock(path: string, { signal, onWait }: LockOptions = {}): Promise<Lock> {
  const owner: Owner = { ...thisProcess(), token: randomUUID() };
  let waited = false;
  for (let pause = 20; ; pause = Math.min(2 * pause, longestPause)) {
    signal?.throwIfAborted();
    if (await take(path, owner)) return held(path, owner);
    const current = await readOwner(path);
    if (current === null) continue;
    if (await isDead(path, current)) {
      await reclaim(path, current);
      continue;
    }
    if (!waited) onWait?.(current);
    waited = true;
    await delay(pause, undefined, signal === undefined ? {} : { signal });
  }
}

/** Runs `work` while holding a lock. */
export async function withLock<T>(path: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  const lock = await acquireLock(path, options);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

/** Takes the locks of dead owners out of a folder; they would do no harm, but stay for good if nobody wants them. */
export async function sweepLocks(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const owner = await readOwner(path);
    if (owner === null || !(await isDead(path, owner))) continue;
    if (name.endsWith('.lock')) await reclaim(path, owner);
    else await rm(path, { force: true });
  }
}
