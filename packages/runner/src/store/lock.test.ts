import { fork } from 'node:child_process';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { acquireLock, sweepLocks } from './lock.js';
import { thisProcess } from './process-identity.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twoshot-lock-'));
  path = join(folder, 'a.lock');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const never = new AbortController().signal;
const holder = fileURLToPath(new URL('../../dist/store/hold-lock.fixture.js', import.meta.url));

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
    const lock = await acquireLock(path, never);
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
  const taken = acquireLock(path, never, () => {
    waited += 1;
    void kill();
  });
  await (await taken).release();
  expect(waited).toBe(1);
});

test('many that find a dead owner get it one after the other', async () => {
  const kill = await holdElsewhere();
  await kill();
  let inside = 0;
  const work = async (): Promise<void> => {
    const lock = await acquireLock(path, never);
    expect(++inside).toBe(1);
    await new Promise(setImmediate);
    inside -= 1;
    await lock.release();
  };
  await Promise.all(Array.from({ length: 10 }, work));
});

test('a process id that was given to another process does not count', async () => {
  await writeFile(path, JSON.stringify({ ...thisProcess(), started: 'long ago', token: 'x' }));
  await (await acquireLock(path, never)).release();
  expect(await readdir(folder)).toEqual([]);
});

test('an owner on another machine is dead once it has been silent for long', async () => {
  await writeFile(path, JSON.stringify({ ...thisProcess(), host: 'elsewhere', token: 'x' }));
  const controller = new AbortController();
  const waiting = acquireLock(path, controller.signal, () => controller.abort(new Error('it waits')));
  await expect(waiting).rejects.toThrow('aborted');
  const old = new Date(Date.now() - 3_600_000);
  await utimes(path, old, old);
  await (await acquireLock(path, never)).release();
  expect(await readdir(folder)).toEqual([]);
});

test('a lock without content, as a loss of power leaves it, is free', async () => {
  await writeFile(path, '');
  await (await acquireLock(path, never)).release();
  expect(await readdir(folder)).toEqual([]);
});

test('sweeping takes locks of the dead away, and no others', async () => {
  const kill = await holdElsewhere();
  const lock = await acquireLock(join(folder, 'b.lock'), never);
  await kill();
  await sweepLocks(folder);
  expect(await readdir(folder)).toEqual(['b.lock']);
  await lock.release();
});

test('waiting ends when it is interrupted', async () => {
  const lock = await acquireLock(path, never);
  const controller = new AbortController();
  const waiting = acquireLock(path, controller.signal, () => controller.abort(new Error('interrupted')));
  await expect(waiting).rejects.toThrow('aborted');
  await lock.release();
});
