import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson, sha256 } from '@twoshot/artifact/canonical-json';
import type { ReadSet } from '@twoshot/keys';
import type { Manifest } from './manifest.js';
import { DamagedArtifactError } from './damaged-artifact.js';
import { ForeignFileError } from './foreign-file.js';
import type { Lock, Store, Waiting } from './store.js';

/** Content of a memory store; several stores on one memory are views of the same store. */
export class Memory {
  readonly artifacts = new Map<string, ReadonlyMap<string, Buffer>>();
  readonly results = new Map<string, { readonly manifest: Manifest; readonly log: string }>();
  readonly readSets = new Map<string, Map<string, ReadSet>>();
  readonly history = new Map<string, string[]>();
  readonly locks = new Map<string, Promise<void>>();
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<Memory> {
    return new Memory(await mkdtemp(join(tmpdir(), 'twoshot-memory-')));
  }
}

async function take(locks: Memory['locks'], name: string, { signal, onWait }: Waiting): Promise<Lock> {
  const aborted = new Promise<void>((resolve) => {
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
  for (let told = false; locks.has(name); told = true) {
    if (!told) onWait?.('this process');
    if (signal?.aborted === true) throw new Error('aborted');
    await Promise.race([locks.get(name), aborted]);
  }
  const held = new AbortController();
  locks.set(name, new Promise((resolve) => held.signal.addEventListener('abort', () => resolve(), { once: true })));
  return {
    release() {
      locks.delete(name);
      held.abort();
      return Promise.resolve();
    },
  };
}

const removal = (path: string) => (): Promise<void> => rm(path, { recursive: true, force: true });

/** A store in the memory of this process: only what a stage or a user must find on disk has a path. */
export function memoryStore(memory: Memory): Store {
  const { artifacts, results, readSets, history, locks, folder } = memory;
  const local = (...names: string[]): string => join(folder, ...names.map(encodeURIComponent));
  return {
    address: 'memory:',
    hasArtifact: (digest) => Promise.resolve(artifacts.has(digest)),
    async putArtifact(digest, directory) {
      const files = new Map<string, Buffer>();
      for (const entry of await readdir(directory, { withFileTypes: true })) {
        if (!entry.isFile()) throw new ForeignFileError(entry.name, 'a link');
        files.set(entry.name, await readFile(join(directory, entry.name)));
      }
      artifacts.set(digest, files);
      await removal(directory)();
    },
    async materialise(digest) {
      const content = artifacts.get(digest)?.get('content');
      if (content === undefined || sha256(content) !== digest) {
        artifacts.delete(digest);
        throw new DamagedArtifactError(digest, `memory:${digest}`);
      }
      const path = local('artifacts', digest);
      await mkdir(path, { recursive: true });
      for (const [name, bytes] of artifacts.get(digest)!) await writeFile(join(path, name), bytes);
      return path;
    },
    dropArtifact(digest) {
      artifacts.delete(digest);
      return Promise.resolve();
    },
    artifacts: () => Promise.resolve([...artifacts.keys()]),
    results: () => Promise.resolve([...results.keys()]),
    result: (key) => Promise.resolve(results.get(key)?.manifest ?? null),
    putResult(base, manifest, log) {
      results.set(manifest.key, { manifest, log });
      const sets = readSets.get(base) ?? new Map<string, ReadSet>();
      readSets.set(base, sets.set(canonicalJson(manifest.reads), manifest.reads));
      return Promise.resolve();
    },
    readSets: (base) => Promise.resolve([...(readSets.get(base)?.values() ?? [])]),
    log: (key) => Promise.resolve(results.get(key)?.log ?? null),
    history: (stage) => Promise.resolve(history.get(stage) ?? []),
    remember(stage, key) {
      const keys = history.get(stage) ?? [];
      if (keys.at(-1) !== key) history.set(stage, [...keys, key]);
      return Promise.resolve();
    },
    lock: (name, waiting = {}) => take(locks, name, waiting),
    async scratch() {
      await mkdir(local('scratch'), { recursive: true });
      const path = await mkdtemp(local('scratch', 'x'));
      return { path, remove: removal(path) };
    },
    checkpoints(kind, work) {
      const path = local('checkpoints', kind, work);
      return { folder: path, remove: removal(path), keepEnds: removal(path) };
    },
    async runFolder(run) {
      await mkdir(local('runs', run), { recursive: true });
      return local('runs', run);
    },
    sweep: () => Promise.resolve(),
    failureOf: () => null,
  };
}
