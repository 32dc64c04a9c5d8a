import { fork } from 'node:child_process';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { acquireLock, sweepLocks, thisProcess, withLock } from './index.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twoshot-lock-'));
  path = join(folder, 'a.lock');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const holder = fileURLToPath(new URL('../dist/hold-lock.fixture.js', import.meta.url));

/** A process that holds the lock until it is killed. */
async function holdElsewhere(): Promise<() => Promise<void>> {
  const child = fork(holder, [path], { execArgv: [] });
  await new Promise((resolve) => child.once('message', resolve));
  return () =>
    new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.kill('SIGKILL');
    });
}

test('one holds it at a time', async () => {
  let inside = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    const lock = await acquireLock(path);
    inside += 1;
    most = Math.max(most, inside);
    await new Promise(setImmediate);
    inside -= 1;
    await lock.release();
  };
  await Promise.all(Array.from({ length: 10 }, work));
  expect(most).toBe(1);
  expect(await readdir(folder)).toEqual([]);
});

test('the lock of a process that was killed is free at once', async () => {
  const kill = await holdElsewhere();
  let waited = 0;
  const onWait = (): void => {
    waited += 1;
    void kill();
  };
  await (await acquireLock(path, { onWait })).release();
  expect(waited).toBe(1);
});

test('many that find a dead owner get it one after the other', async () => {
  const kill = await holdElsewhere();
  await kill();
  let inside = 0;
  const work = async (): Promise<void> => {
    const lock = await acquireLock(path);
    expect(++inside).toBe(1);
    await new Promise(setImmediate);
    inside -= 1;
    await lock.release();
  };
  await Promise.all(Array.from({ length: 10 }, work));
});

test('a process id that was given to another process does not count', async () => {
  await writeFile(path, JSON.stringify({ ...thisProcess(), started: 'long ago', token: 'x' }));
  await (await acquireLock(path)).release();
  expect(await readdir(folder)).toEqual([]);
});

test('an owner on another machine is dead once it has been silent for long', async () => {
  await writeFile(path, JSON.stringify({ ...thisProcess(), host: 'elsewhere', token: 'x' }));
  const controller = new AbortController();
  const waiting = acquireLock(path, {
    signal: controller.signal,
    onWait: () => controller.abort(new Error('it waits')),
  });
  await expect(waiting).rejects.toThrow('aborted');
  const old = new Date(Date.now() - 3_600_000);
  await utimes(path, old, old);
  await (await acquireLock(path)).release();
  expect(await readdir(folder)).toEqual([]);
});

test('a lock without content, as a loss of power leaves it, is free', async () => {
  await writeFile(path, '');
  await (await acquireLock(path)).release();
  expect(await readdir(folder)).toEqual([]);
});

test('sweeping takes locks of the dead away, and no others', async () => {
  const kill = await holdElsewhere();
  const lock = await acquireLock(join(folder, 'b.lock'));
  await kill();
  await sweepLocks(folder);
  expect(await readdir(folder)).toEqual(['b.lock']);
  await lock.release();
});

test('waiting ends when it is interrupted', async () => {
  const lock = await acquireLock(path);
  const controller = new AbortController();
  const waiting = acquireLock(path, {
    signal: controller.signal,
    onWait: () => controller.abort(new Error('interrupted')),
  });
  await expect(waiting).rejects.toThrow('aborted');
  await lock.release();
});

test('work under a lock gives the lock back, also when it fails', async () => {
  await expect(withLock(path, () => Promise.reject(new Error('it broke')))).rejects.toThrow('it broke');
  expect(await withLock(path, () => readdir(folder))).toEqual(['a.lock']);
  expect(await readdir(folder)).toEqual([]);
});

test('who waits learns for whom', async () => {
  const lock = await acquireLock(path);
  const owners: number[] = [];
  const second = acquireLock(path, { onWait: ({ pid }) => void owners.push(pid) });
  await expect.poll(() => owners).toEqual([process.pid]);
  await lock.release();
  await (await second).release();
});
