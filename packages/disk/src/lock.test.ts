import { execFileSync, fork } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
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

test('an owner in another container of the same machine is alive while its heart beats', async () => {
  // A process of this id and start may well be here; it says nothing of the other one.
  const owner = { ...thisProcess(), namespace: 'pid:[1]', pid: 2 ** 30, token: 'x' };
  await writeFile(path, JSON.stringify(owner));
  const controller = new AbortController();
  const owners: object[] = [];
  const waiting = acquireLock(path, {
    signal: controller.signal,
    onWait(found) {
      owners.push(found);
      controller.abort(new Error('it waits'));
    },
  });
  await expect(waiting).rejects.toThrow('aborted');
  expect(owners).toEqual([owner]);
  await sweepLocks(folder);
  expect(await readdir(folder)).toEqual(['a.lock']);
});

test.each([
  ['an hour ahead, as on a machine with another clock, once it has been silent', 3_600_000],
  ['in the year 2099', Date.UTC(2099, 0) - Date.now()],
])('a lock from the future is free: %s', async (_, ahead) => {
  await writeFile(path, JSON.stringify({ ...thisProcess(), host: 'elsewhere', token: 'x' }));
  const then = new Date(Date.now() + ahead);
  await utimes(path, then, then);
  await (await acquireLock(path, { silence: 1 })).release();
  expect(await readdir(folder)).toEqual([]);
});

test.each(['', 'null', '[]', '7', '{"pid":"x"}', '"', '\0\0\0\0', `{"token":${'['.repeat(50_000)}`])(
  'a lock whose content is lost or is no owner is free: %#',
  async (content) => {
    await writeFile(path, content);
    await (await acquireLock(path)).release();
    await writeFile(path, content);
    await sweepLocks(folder);
    expect(await readdir(folder)).toEqual([]);
  },
);

test('what is no file is refused in place of a lock, and stays', async () => {
  const elsewhere = join(folder, 'elsewhere');
  await writeFile(elsewhere, 'null');
  const makers = [
    ['a folder', () => mkdir(path)],
    ['a link', () => symlink(elsewhere, path)],
    ['a link', () => symlink(join(folder, 'nowhere'), path)],
    ...(process.platform === 'win32' ? [] : [['a named pipe', () => execFileSync('mkfifo', [path])] as const]),
  ] as const;
  for (const [found, make] of makers) {
    await make();
    await expect(acquireLock(path)).rejects.toMatchObject({ name: 'IrregularFileError', path, found });
    await sweepLocks(folder);
    expect((await readdir(folder)).sort()).toEqual(['a.lock', 'elsewhere']);
    await rm(path, { recursive: true });
  }
});

test('sweeping leaves files of other names', async () => {
  const names = ['.lock.txt', 'a.lock.123', 'lock', 'notes.txt'];
  for (const name of names) await writeFile(join(folder, name), 'null');
  await writeFile(join(folder, `a.lock.${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}`), 'null');
  await sweepLocks(folder);
  expect((await readdir(folder)).sort()).toEqual(names);
  expect(await readFile(join(folder, 'notes.txt'), 'utf8')).toBe('null');
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
