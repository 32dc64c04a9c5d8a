import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf, sha256 } from '@twoshot/artifact/canonical-json';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { manifestBase, manifestOf, manifestReads } from './manifest.fixture.js';
import type { Store, StoreOptions } from './store.js';

export interface StoreUnderTest {
  readonly store: Store;
  /** Another view of the same store, as a second run has it. */
  again(options?: StoreOptions): Promise<Store>;
  /** Replaces the content of a stored artifact by five other bytes, as unnoticeably as possible. */
  damage(digest: string): Promise<void>;
  readonly remove: () => Promise<void>;
}

const base = manifestBase();

/** Contract of every store; artifacts here are one file `content`, and their digest is that of its text. */
export function describeStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`every store: ${name}`, () => {
    let under: StoreUnderTest;
    let store: Store;
    beforeEach(async () => {
      under = await open();
      ({ store } = under);
    });
    afterEach(() => under.remove());

    async function put(content: string): Promise<string> {
      const { path } = await store.scratch();
      await writeFile(join(path, 'content'), content);
      await store.putArtifact(sha256(content), path);
      expect(await readdir(join(path, '..'))).not.toContain(path.split('/').at(-1));
      return sha256(content);
    }

    test('an artifact is visible to all once it was put, even twice', async () => {
      expect(await store.hasArtifact(sha256('hello'))).toBe(false);
      const digest = await put('hello');
      expect(await put('hello')).toBe(digest);
      const other = await under.again();
      expect(await other.hasArtifact(digest)).toBe(true);
      expect(await readFile(join(await other.materialise(digest), 'content'), 'utf8')).toBe('hello');
    });

    test('concurrent puts of the same artifact all succeed', async () => {
      const digests = await Promise.all(Array.from({ length: 4 }, () => put('same')));
      expect(await store.hasArtifact(digests[0]!)).toBe(true);
    });

    test('a changed artifact is never returned, and can be put again', async () => {
      const [digest, other] = [await put('hello'), await put('other')];
      await under.damage(digest);
      for (const again of [await under.again(), store])
        await expect(again.materialise(digest)).rejects.toMatchObject({ name: 'DamagedArtifactError', digest });
      expect(await store.hasArtifact(digest)).toBe(false);
      await put('hello');
      expect(await readFile(join(await store.materialise(digest), 'content'), 'utf8')).toBe('hello');
      await store.dropArtifact(digest);
      expect([await store.hasArtifact(digest), await store.hasArtifact(other)]).toEqual([false, true]);
    });

    test('a link in an artifact is refused', async () => {
      const { path } = await store.scratch();
      await writeFile(join(path, '..', 'elsewhere'), 'hello');
      await symlink('../elsewhere', join(path, 'content'));
      await expect(store.putArtifact(sha256('hello'), path)).rejects.toThrow('of its own');
      expect(await store.hasArtifact(sha256('hello'))).toBe(false);
    });

    test('all artifacts and results are listed', async () => {
      const manifest = manifestOf(await put('hello'));
      await store.putResult(digestOf(base), manifest, '');
      const other = await under.again();
      expect(await other.artifacts()).toEqual([sha256('hello')]);
      expect(await other.results()).toEqual([manifest.key]);
    });

    test('a result comes back with its log, and its read set leads to it', async () => {
      const manifest = manifestOf(await put('hello'));
      expect([await store.result(manifest.key), await store.log(manifest.key)]).toEqual([null, null]);
      expect(await store.readSets(digestOf(base))).toEqual([]);
      await store.putResult(digestOf(base), manifest, 'a log\n');
      await store.putResult(digestOf(base), manifest, 'a log\n');
      const other = await under.again();
      expect(await other.result(manifest.key)).toEqual(manifest);
      expect(await other.log(manifest.key)).toBe('a log\n');
      expect(await other.readSets(digestOf(base))).toEqual([manifestReads]);
    });

    test('the history of a stage is in order, and separate from others', async () => {
      const keys = ['1', '2', '3'].map((text) => sha256(text));
      for (const key of keys) await store.remember('full.score@seed=1', key);
      await store.remember('full.score@seed=1', keys[2]!);
      expect(await (await under.again()).history('full.score@seed=1')).toEqual(keys);
      expect(await store.history('full.score')).toEqual([]);
    });

    test('a lock has one holder at a time, and waiting can be interrupted', async () => {
      const other = await under.again();
      const lock = await store.lock('a');
      const controller = new AbortController();
      let owner = '';
      const onWait = (of: string): void => {
        owner = of;
        controller.abort(new Error('interrupted'));
      };
      await expect(other.lock('a', { signal: controller.signal, onWait })).rejects.toThrow('aborted');
      expect(owner).toMatch('process');
      await (await other.lock('b')).release();
      await lock.release();
      await (await other.lock('a')).release();
    });

    test('scratch is new and empty, and can be removed', async () => {
      const [one, two] = [await store.scratch(), await store.scratch()];
      expect(one.path).not.toBe(two.path);
      expect(await readdir(one.path)).toEqual([]);
      await writeFile(join(one.path, 'x'), 'x');
      await one.remove();
      await expect(readdir(one.path)).rejects.toThrow('ENOENT');
    });

    test('the same work finds its checkpoints; of finished work only final ones are kept', async () => {
      const [kind, work, longer] = [sha256('kind'), sha256('work'), sha256('longer')];
      const { folder } = store.checkpoints(kind, work);
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'part.000000001.checkpoint'), '1');
      const other = (await under.again()).checkpoints(kind, work);
      expect(await readFile(join(other.folder, 'part.000000001.checkpoint'), 'utf8')).toBe('1');
      expect(join(store.checkpoints(kind, longer).folder, '..')).toBe(join(folder, '..'));
      await other.keepEnds();
      await expect(readdir(folder)).rejects.toThrow('ENOENT');
      await other.remove();
    });

    test('a run has its own folder, and sweeping keeps what is in use', async () => {
      const folder = await store.runFolder('r1');
      await writeFile(join(folder, 'events.ndjson'), '');
      const [digest, scratch] = [await put('hello'), await store.scratch()];
      await (await under.again()).sweep();
      expect(await readdir(await store.runFolder('r1'))).toEqual(['events.ndjson']);
      expect(await readdir(await store.runFolder('r2'))).toEqual([]);
      expect([await store.hasArtifact(digest), await readdir(scratch.path)]).toEqual([true, []]);
    });

    test('a bug is not a failure of the user', () => {
      expect(store.failureOf(new TypeError('x is undefined'))).toBeNull();
    });
  });
}
