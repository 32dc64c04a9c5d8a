import { execFileSync } from 'node:child_process';
import { mkdir, readdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '@twoshot/artifact/canonical-json';
import { processName, thisProcess } from '@twoshot/disk';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { artifactOf, temporaryStore, type TemporaryStore } from './temporary-store.fixture.js';

let temporary: TemporaryStore;
let elsewhere: string;
beforeEach(async () => {
  temporary = await temporaryStore();
  elsewhere = join(temporary.places.root, '..', 'elsewhere');
  await mkdir(elsewhere);
});
afterEach(() => temporary.remove());

const id = '0123abcd-0123-0123-0123-0123456789ab';
const longAgo = new Date(Date.now() - 400 * 86_400_000);
const gone = { ...thisProcess(), pid: 2 ** 22 - 1, started: 'long ago' };
const inContainer = { ...gone, namespace: 'pid:[1]' };

async function fill(folder: string): Promise<readonly string[]> {
  const work = join(folder, sha256('work'));
  await mkdir(work, { recursive: true });
  await writeFile(join(work, 'a.000000001.checkpoint'), '');
  for (const name of [`${processName(gone)}-${id}`, 'a.lock', 'old', 'thesis.txt'])
    await writeFile(join(folder, name), 'null');
  for (const name of await readdir(folder)) await utimes(join(folder, name), longAgo, longAgo);
  await utimes(folder, longAgo, longAgo);
  return readdir(folder, { recursive: true });
}

test.each(['scratch', 'locks', 'checkpoints'])(
  'sweeping deletes nothing behind a link that takes the place of the folder %s',
  async (name) => {
    const { store, places } = temporary;
    const before = await fill(elsewhere);
    await rm(join(places.root, name), { recursive: true });
    await symlink(elsewhere, join(places.root, name));
    await store.sweep().catch((error: unknown) => {
      expect(store.failureOf(error)).toMatchObject({ code: 'store-damaged', found: 'a link' });
    });
    expect(await readdir(elsewhere, { recursive: true })).toEqual(before);
  },
);

test('a link to a folder below checkpoints is left, and what is behind it', async () => {
  const { store, places } = temporary;
  const before = await fill(elsewhere);
  await symlink(elsewhere, join(places.checkpointFolder, sha256('kind')));
  await mkdir(join(places.checkpointFolder, sha256('other')));
  await symlink(join(elsewhere, sha256('work')), places.checkpoints(sha256('other'), sha256('work')));
  await store.sweep();
  for (const kind of ['kind', 'other']) {
    const work = store.checkpoints(sha256(kind), sha256('work'));
    await work.keepEnds();
    await work.remove();
  }
  expect(await readdir(elsewhere, { recursive: true })).toEqual(before);
  expect(temporary.warnings.join('\n')).toContain('a link');
});

test('only what a dead process of this store has left is deleted from scratch', async () => {
  const { store, places } = temporary;
  const own = await store.scratch();
  const names = {
    kept: ['notes', processName(gone), `${processName(gone)}-x`, `${processName(inContainer)}-${id}`],
    swept: [`${processName(gone)}-${id}`, `${processName({ ...inContainer, pid: 7 })}-${id}`],
  };
  for (const name of [...names.kept, ...names.swept]) await mkdir(join(places.scratch, name));
  await symlink(elsewhere, join(places.scratch, `${processName(gone)}-${id.replace('0', '1')}`));
  await writeFile(join(elsewhere, 'thesis.txt'), '');
  for (const name of ['notes', names.swept[1]!]) await utimes(join(places.scratch, name), longAgo, longAgo);
  await store.sweep();
  expect((await readdir(places.scratch)).sort()).toEqual(
    [...names.kept, own.path.split('/').at(-1)!, 'writable'].sort(),
  );
  expect(await readdir(elsewhere)).toEqual(['thesis.txt']);
  await own.remove();
});

const hasNamespaces = ((): boolean => {
  try {
    execFileSync('unshare', ['--pid', '--fork', '--mount-proc', 'true']);
    return true;
  } catch {
    return false;
  }
})();

test.runIf(hasNamespaces)('a run in another container leaves the scratch and the locks of a live one', async () => {
  const { store, places } = temporary;
  const scratch = await store.scratch();
  const lock = await store.lock('a');
  const program = `import { openStore } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)};
    const store = await openStore(${JSON.stringify(places.root)}, '/', 'run');
    await store.value.sweep();`;
  const arguments_ = ['--pid', '--fork', '--mount-proc', process.execPath, '--input-type=module', '-e', program];
  execFileSync('unshare', arguments_);
  expect(await readdir(places.locks)).toEqual(['a.lock']);
  expect(await readdir(scratch.path)).toEqual([]);
  await lock.release();
});

test('a store that was moved away is not made again, and that is told', async () => {
  const { store, places } = temporary;
  const { directory, digest } = await artifactOf(temporary, 'hello');
  await rename(places.root, `${places.root}-moved`);
  const work = [
    () => store.scratch(),
    () => store.runFolder('r'),
    () => store.lock('a'),
    () => store.remember('x', digest),
    () => store.putArtifact(digest, directory),
  ];
  for (const write of work) {
    const error: unknown = await write().catch((thrown: unknown) => thrown);
    expect(store.failureOf(error)).toMatchObject({ code: 'store-gone' });
  }
  expect(await readdir(join(places.root, '..'))).toEqual(['elsewhere', 'store-moved']);
});
