import { link, lutimes, readdir, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { heartbeat, OwnerWatch, readOwner, type Owner } from './lock-owner.js';
import { thisProcess, type ProcessIdentity } from './process-identity.js';
import { IrregularFileError } from './regular-file.js';
import { systemCode } from './system-code.js';

export interface Lock {
  release(): Promise<void>;
}

const maxPause = 500;

/**
 * Removes the lock of a dead owner. Two waiters may both have seen it: the slower one would then move the lock that the
 * faster one has just taken, and puts it back. Should a third one have got in between, two processes do the same work,
 * which costs time but never correctness: results are addressed by content.
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

/** One attempt; false if another process holds it. */
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

/** Sends heartbeats for a file or folder of this process until stopped. */
export function keepFresh(path: string): () => void {
  const beat = setInterval(() => {
    const now = new Date();
    lutimes(path, now, now).catch(() => undefined);
  }, heartbeat).unref();
  return () => clearInterval(beat);
}

function held(path: string, owner: Owner): Lock {
  const end = keepFresh(path);
  return {
    async release() {
      end();
      const current = await readOwner(path).catch(() => null);
      if (current?.token === owner.token) await unlink(path).catch(() => undefined);
    },
  };
}

export interface LockOptions {
  readonly signal?: AbortSignal;
  /** Called once, with the owner, when another process holds it. */
  readonly onWait?: (owner: ProcessIdentity) => void;
  /**
   * Milliseconds without a heartbeat after which an owner that cannot be inspected counts as dead; default: a minute.
   */
  readonly silence?: number;
}

/**
 * Waits until a lock is free and takes it. A lock whose owner died, for any reason, counts as free; so does a file that
 * names no owner.
 *
 * @param path of the lock file, in a folder that exists
 * @throws the reason of `signal` when it is aborted first
 * @throws IrregularFileError where something other than a file exists: it would never be released
 */
export async function acquireLock(path: string, { signal, onWait, silence }: LockOptions = {}): Promise<Lock> {
  const owner: Owner = { ...thisProcess(), token: randomUUID() };
  const watch = new OwnerWatch(silence);
  let waited = false;
  for (let pause = 20; ; pause = Math.min(2 * pause, maxPause)) {
    signal?.throwIfAborted();
    if (await take(path, owner)) return held(path, owner);
    const current = await readOwner(path);
    if (current === null) continue;
    if (await watch.isDead(path, current)) {
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

/** Names of locks, and of locks being acquired. */
const lockName = /\.lock(\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$/;

/**
 * Removes the locks of dead owners from a folder; they are harmless, but would stay forever. What is not a lock is left
 * alone.
 */
export async function sweepLocks(folder: string): Promise<void> {
  for (const name of (await readdir(folder)).filter((each) => lockName.test(each))) {
    const path = join(folder, name);
    try {
      const owner = await readOwner(path);
      if (owner === null || !(await new OwnerWatch().isDead(path, owner))) continue;
      if (name.endsWith('.lock')) await reclaim(path, owner);
      else await rm(path, { force: true });
    } catch (error) {
      if (!(error instanceof IrregularFileError)) throw error;
    }
  }
}
