// @module-tag slow
import { sealed, unsealed } from '@twoshot/artifact/sealed-json';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, lstat, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { digestOf, sha256 } from '@twoshot/artifact/canonical-json';
import { isFolderIn } from '@twoshot/disk';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nearestResult } from '@twoshot/keys';
import { earlierResults } from '../earlier-results.js';
import { findResult } from '../find-result.js';
import { manifestBase, manifestNow, manifestOf } from '../manifest.fixture.js';
import type { Store } from '../store.js';
import { verifyStore } from '../verify-store.js';
import { directoryStore } from './directory-store.js';
import { openDirectory } from './open-directory.js';
import { placesIn } from './places.js';

import { digestContent } from './temporary-store.fixture.js';

/** Thousands of stores are flushed to the disk, which takes no time where the disk is memory. */
const memory = '/dev/shm';

/** Every shape that something in a store may be given, one after the other in the same store. */
let folder: string;
let root: string;
let outside: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(existsSync(memory) ? memory : tmpdir(), 'twoshot-garbage-')));
  [root, outside] = [join(folder, 'store'), join(folder, 'outside')];
  await mkdir(outside);
  await writeFile(join(outside, 'thesis.txt'), 'x');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const digest = sha256('hello');
const manifest = manifestOf(digest);
const base = manifestBase();
const [kind, work] = [sha256('kind'), sha256('work')];
const present = { base, readable: manifestNow, code: () => manifest.code };
const declared = { out: { kind: 'policy' } } as const;

async function open(warnings: string[]): Promise<Store | string> {
  const opened = await openDirectory(root, 'run', { warn: (line) => void warnings.push(line) }, digestContent);
  return opened.ok ? opened.value : opened.failures[0]!.message;
}

/** Whether a run finds the result, having looked at all that a store knows of it. */
async function lookUp(store: Store): Promise<boolean> {
  const found = await findResult(store, declared, base, manifestNow);
  nearestResult(await earlierResults(store, 'stage'), present, () => []);
  await store.log(manifest.key);
  return found.state === 'hit';
}

/** All that a run does with a store. */
async function use(store: Store): Promise<void> {
  await store.sweep();
  const isThere = await lookUp(store);
  await store.checkpoints(kind, work).keepEnds();
  await (await store.lock('a')).release();
  if (!isThere) {
    const scratch = await store.scratch();
    await writeFile(join(scratch.path, 'content'), 'hello');
    await store.putArtifact(digest, scratch.path);
    await scratch.remove();
    await store.putResult(digestOf(base), manifest, 'log\n');
  }
  expect(await readFile(join(await store.materialise(digest), 'content'), 'utf8')).toBe('hello');
  await store.remember('stage', manifest.key);
  await store.runFolder('run');
  await verifyStore(store, new AbortController().signal);
}

const places = (): ReturnType<typeof placesIn> => placesIn(root);

/** What a look-up reads, as the store spells it. */
const files: readonly (() => string)[] = [
  () => places().manifest(manifest.key),
  () => places().log(manifest.key),
  () => places().history('stage'),
  () => places().objectRecord(digest),
  () => join(places().object(digest), 'content'),
  () => join(places().readSets(digestOf(base)), `${digestOf(manifest.reads)}.json`),
];

/** Everything that is always there. */
const targets: readonly (() => string)[] = [
  ...files,
  () => join(root, 'format.json'),
  () => places().object(digest),
  () => places().readSets(digestOf(base)),
  () => places().lock('a'),
  () => places().lock(`object-${digest}`),
  () => places().checkpoints(kind, work),
  () => join(places().checkpointFolder, kind),
  () => join(root, 'objects', digest.slice(0, 2)),
  () => join(root, 'results', manifest.key.slice(0, 2)),
  () => join(root, 'reads', digestOf(base).slice(0, 2)),
  () => join(root, 'scratch', 'writable'),
  ...['objects', 'results', 'reads', 'history', 'checkpoints', 'locks', 'scratch', 'runs'].map(
    (name) => () => join(root, name),
  ),
];

type Change = (path: string, original: Buffer | null) => Promise<void>;

const replace = async (path: string): Promise<void> => {
  await rm(path, { recursive: true, force: true });
  await mkdir(dirname(path), { recursive: true });
};

const withContent =
  (content: string | Uint8Array): Change =>
  async (path) => {
    await replace(path);
    await writeFile(path, content);
  };

/** A value somewhere in a JSON document, replaced by another one. */
function graft(value: unknown, at: readonly number[], other: unknown): unknown {
  const [first, ...rest] = at;
  if (first === undefined || typeof value !== 'object' || value === null) return other;
  const entries = Object.entries(value);
  if (entries.length === 0) return other;
  const [name] = entries[first % entries.length]!;
  const changed = Object.fromEntries(entries.map(([key, one]) => [key, key === name ? graft(one, rest, other) : one]));
  return Array.isArray(value) ? Object.values(changed) : changed;
}

function isSealed(bytes: Buffer | null): boolean {
  try {
    return bytes !== null && unsealed(bytes.toString()) !== null;
  } catch {
    return false;
  }
}

const json = fc.jsonValue({ maxDepth: 3 });

const changes: fc.Arbitrary<Change> = fc.oneof(
  // Bytes.
  fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })).map(([at, mask]): Change => async (path, original) => {
    if (original === null || original.length === 0) return;
    const bytes = Buffer.from(original);
    bytes[at % bytes.length]! ^= mask;
    await withContent(bytes)(path, original);
  }),
  fc.nat().map((at): Change => async (path, original) => {
    await withContent((original ?? Buffer.from('x')).subarray(0, at % ((original?.length ?? 1) + 1)))(path, original);
  }),
  fc.uint8Array({ maxLength: 40 }).map(withContent),
  // Other JSON, with and without the digest that makes it look like the store's own.
  json.map((value) => withContent(JSON.stringify(value))),
  json.map((value) => withContent(sealed(value))),
  fc.tuple(fc.array(fc.nat(), { maxLength: 5 }), json).map(([at, other]): Change => async (path, original) => {
    const text = original?.toString() ?? '';
    const { content } = text.startsWith('{"sha256"') ? (JSON.parse(text) as { content: unknown }) : { content: null };
    await withContent(sealed(graft(content, at, other)))(path, original);
  }),
  fc.nat({ max: 20_000 }).map((depth): Change => async (path, original) => {
    const nested = '['.repeat(depth) + ']'.repeat(depth);
    const content = /"content":(.*)\}\n$/.exec(original?.toString() ?? '')?.[1]?.replace('"fast"', nested) ?? nested;
    await withContent(`{"sha256":"${sha256(content)}","content":${content}}\n`)(path, original);
  }),
  // What is no file.
  fc.constantFrom<Change>(
    (path) => rm(path, { recursive: true, force: true }),
    async (path) => {
      await replace(path);
      await mkdir(join(path, 'below'), { recursive: true });
    },
    async (path) => {
      await replace(path);
      await symlink(outside, path);
    },
    async (path) => {
      await replace(path);
      await symlink(join(outside, 'thesis.txt'), path);
    },
    async (path) => {
      await replace(path);
      await symlink(path, path);
    },
    async (path) => {
      await replace(path);
      await symlink('/dev/zero', path);
    },
  ),
);

async function bytesOf(path: string): Promise<Buffer | null> {
  const found = await lstat(path).catch(() => null);
  return found?.isFile() === true ? readFile(path) : null;
}

/** Puts the store back as it was before it was changed. */
async function restore(pristine: string): Promise<void> {
  await rm(root, { recursive: true, force: true });
  await cp(pristine, root, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
}

async function outsideNow(): Promise<readonly unknown[]> {
  return [await readdir(outside), await readFile(join(outside, 'thesis.txt'), 'utf8')];
}

async function fresh(): Promise<void> {
  await rm(root, { recursive: true, force: true });
  const store = await open([]);
  if (typeof store === 'string') throw new Error(store);
  await use(store);
}

test('whatever a file is changed to, a look-up finds the result as it was or none, and says why', async () => {
  await fresh();
  const before = await outsideNow();
  const results = { hits: 0, misses: 0, told: 0 };
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...files), changes, async (target, change) => {
      const path = target();
      const original = await readFile(path);
      await change(path, original);
      const warnings: string[] = [];
      const store = directoryStore(
        placesIn(root, (line) => void warnings.push(line)),
        digestContent,
      );
      if (await lookUp(store)) {
        results.hits += 1;
        // Who gives a manifest the digest of its new content is believed, as long as it has the shape of one.
        if (!isSealed(await bytesOf(path))) expect(await store.result(manifest.key)).toEqual(manifest);
      } else results.misses += 1;
      if (warnings.length > 0) results.told += 1;
      await withContent(original)(path, original);
    }),
    { numRuns: 4_500, seed: 20_261_128, endOnFailure: true },
  );
  expect(await outsideNow()).toEqual(before);
  for (const count of Object.values(results)) expect(count).toBeGreaterThan(500);
});

test('whatever stands in a store, a run on it succeeds or says what is in the way, and touches nothing outside', async () => {
  await fresh();
  const pristine = join(folder, 'pristine');
  await cp(root, pristine, { recursive: true, preserveTimestamps: true });
  const before = await outsideNow();
  const results = { succeeded: 0, told: 0 };
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...targets), changes, async (target, change) => {
      const path = target();
      // What is in the way of the next change is left by the one before.
      if (!(await isFolderIn(folder, dirname(path)).catch(() => false))) await restore(pristine);
      await change(path, await bytesOf(path));
      const store = await open([]);
      let isRepaired = false;
      try {
        if (typeof store === 'string') results.told += 1;
        else {
          await use(store);
          results.succeeded += 1;
          isRepaired = true;
        }
      } catch (error) {
        // What the user is told; anything else would be a stack.
        const failure = typeof store === 'string' ? null : store.failureOf(error);
        if (failure === null) throw error;
        results.told += 1;
      }
      expect(await outsideNow()).toEqual(before);
      if (!isRepaired) await restore(pristine);
    }),
    { numRuns: 500, seed: 20_261_128, endOnFailure: true },
  );
  for (const count of Object.values(results)) expect(count).toBeGreaterThan(50);
});

test.runIf(process.platform === 'linux')('a pipe in the place of anything is not waited for', async () => {
  for (const target of targets) {
    const path = target();
    await replace(path);
    execFileSync('mkfifo', [path]);
    const store = await open([]);
    if (typeof store !== 'string')
      await use(store).catch((error: unknown) => expect(store.failureOf(error)).not.toBeNull());
    await rm(root, { recursive: true, force: true });
    const made = await open([]);
    if (typeof made === 'string') throw new Error(made);
    await use(made);
    expect(await made.result(manifest.key)).toEqual(manifest);
  }
});
