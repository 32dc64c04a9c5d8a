import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { acquireLock, sweepLocks } from '@twoshot/disk';
import type { Store } from '../store.js';
import { keepEnds, sweepCheckpoints } from './checkpoints.js';
import { diskFailure } from './disk-failure.js';
import { keysOf, remember } from './history.js';
import { isIntact, putObject, type Digest } from './objects.js';
import type { Places } from './places.js';
import { readManifest, readSetsOf, textOf, writeResult } from './results.js';
import { makeScratch, sweepScratch } from './scratch.js';

const removal = (path: string) => (): Promise<void> => rm(path, { recursive: true, force: true });

/** A store in a directory of this machine, or of a disk that several machines share. */
export function directoryStore(places: Places, digest?: Digest): Store {
  return {
    address: places.root,
    hasArtifact: (wanted) => isIntact(places, wanted, digest),
    putArtifact: (own, directory) => putObject(places, own, directory, digest),
    materialise: (wanted) => Promise.resolve(places.object(wanted)),
    result: (key) => readManifest(places, key),
    putResult: (base, manifest, log) => writeResult(places, base, manifest, log),
    readSets: (base) => readSetsOf(places, base),
    log: (key) => textOf(places.log(key)),
    history: (stage) => keysOf(places, stage),
    remember: (stage, key) => remember(places, stage, key),
    lock: (name, options) => acquireLock(places.lock(name), options),
    async scratch() {
      const path = await makeScratch(places);
      return { path, remove: removal(path) };
    },
    checkpoints(kind, work) {
      const folder = places.checkpoints(kind, work);
      return { folder, remove: removal(folder), keepEnds: () => keepEnds(folder) };
    },
    async runFolder(run) {
      const folder = join(places.runs, run);
      await mkdir(folder, { recursive: true });
      return folder;
    },
    async sweep() {
      await sweepScratch(places);
      await sweepCheckpoints(places);
      await sweepLocks(places.locks);
    },
    failureOf: (error) => diskFailure(places.root, error),
  };
}
