import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

const HEARTBEAT = 2_000;
const POLL = 200;
/** An owner that has not shown itself for this long is dead, or so busy that a second build does less harm. */
const PATIENCE = 60_000;

interface Owner {
  readonly pid: number;
  readonly host: string;
  /** Start time of the process where /proc tells it: a recycled process number is another process. */
  readonly started: string | null;
}

export interface LockOptions {
  readonly signal?: AbortSignal;
  /** Called once when somebody else holds the lock. */
  readonly onWait?: (pid: number) => void;
}

/**
 * Runs `work` while holding a lock file. A lock whose owner died is taken over.
 *
 * Two processes may, very rarely, both take over a dead owner's lock. That costs a second build and nothing else:
 * results appear by rename, whole or not at all.
 */
export async function withLock<T>(path: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  await acquire(path, options);
  const beat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {});
  }, HEARTBEAT);
  beat.unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    await rm(path, { force: true });
  }
}

async function acquire(path: string, { signal, onWait }: LockOptions): Promise<void> {
  const self: Owner = { pid: process.pid, host: hostname(), started: startOf(process.pid) };
  let told = false;
  for (;;) {
    signal?.throwIfAborted();
    if (await create(path, self)) return;
    const owner = await readOwner(path);
    if (owner === 'gone') continue;
    if (owner === 'dead') {
      await rm(path, { force: true });
      continue;
    }
    if (!told) {
      told = true;
      onWait?.(owner.pid);
    }
    await delay(POLL, undefined, signal === undefined ? {} : { signal });
  }
}

/** Through a hard link, so that the lock never exists without its owner's name in it. */
async function create(path: string, self: Owner): Promise<boolean> {
  const claim = `${path}.${self.pid}-${randomUUID()}`;
  await writeFile(claim, JSON.stringify(self), { flag: 'wx' });
  try {
    await link(claim, path);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(claim, { force: true });
  }
}

async function readOwner(path: string): Promise<Owner | 'gone' | 'dead'> {
  try {
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > PATIENCE) return 'dead';
    const owner = parseOwner(await readFile(path, 'utf8'));
    if (owner === null) return 'dead';
    if (owner.host !== hostname()) return owner;
    return isAlive(owner) ? owner : 'dead';
  } catch (error) {
    if (isCode(error, 'ENOENT')) return 'gone';
    throw error;
  }
}

function parseOwner(text: string): Owner | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('host' in value)) return null;
    const started = 'started' in value && typeof value.started === 'string' ? value.started : null;
    return { pid: Number(value.pid), host: String(value.host), started };
  } catch {
    return null;
  }
}

function isAlive(owner: Owner): boolean {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return isCode(error, 'EPERM');
  }
  return owner.started === null || owner.started === startOf(owner.pid);
}

/** Field 22 of /proc/PID/stat; the command name before it may hold spaces and brackets. */
function startOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
