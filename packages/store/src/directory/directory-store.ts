import { join } from 'node:path';
import { acquireLock, isFolderIn, makeFolderIn, sweepLocks } from '@twoshot/disk';
import type { Store } from '../store.js';
import { keepEnds, removeCheckpoints, sweepCheckpoints } from './checkpoints.js';
import { runningDiskFailure } from './disk-failure.js';
import { keysOf, remember } from './history.js';
import { type Digest, Objects } from './objects.js';
import type { Places } from './places.js';
import { digestsIn, readManifest, readSetsOf, writeResult } from './results.js';
import { makeScratch, sweepScratch } from './scratch.js';
import { textOf } from './sealed-file.js';
import { waitingFor } from './waiting.js';

/** A store in a directory of this machine, or of a disk that several machines share. */
export function directoryStore(places: Places, digest?: Digest, verify?: boolean): Store {
  const objects = new Objects(places, digest, verify);
  return {
    address: places.root,
    hasArtifact: (wanted) => objects.has(wanted),
    putArtifact: (own, directory, waiting) => objects.put(own, directory, waiting),
    materialise: (wanted) => objects.open(wanted),
    dropArtifact: (damaged) => objects.drop(damaged),
    artifacts: () => digestsIn(places, places.objects),
    result: (key) => readManifest(places, key),
    putResult: (base, manifest, log) => writeResult(places, base, manifest, log),
    results: () => digestsIn(places, places.results),
    readSets: (base) => readSetsOf(places, base),
    log: (key) => textOf(places, places.log(key)),
    history: (stage) => keysOf(places, stage),
    remember: (stage, key) => remember(places, stage, key),
    lock: (name, waiting = {}) => acquireLock(places.lock(name), waitingFor(waiting)),
    scratch: () => makeScratch(places),
    checkpoints(kind, work) {
      const folder = places.checkpoints(kind, work);
      return {
        folder,
        remove: () => removeCheckpoints(places, folder),
        keepEnds: () => keepEnds(places, folder),
      };
    },
    async runFolder(run) {
      const folder = join(places.runs, run);
      await makeFolderIn(places.root, folder);
      return folder;
    },
    async sweep() {
      await sweepScratch(places);
      await sweepCheckpoints(places);
      if (await isFolderIn(places.root, places.locks)) await sweepLocks(places.locks);
    },
    failureOf: (error) => runningDiskFailure(places.root, error),
  };
}
