import { join } from 'node:path';

/** A store that is a directory, and the places of things in it. */
export interface Places {
  readonly root: string;
  /** Directory of an artifact. */
  object(digest: string): string;
  /** Files of an artifact as they were when it was stored. */
  objectRecord(digest: string): string;
  readonly objects: string;
  manifest(key: string): string;
  log(key: string): string;
  readonly results: string;
  /** Directory of the read sets that results with this base document had. */
  readSets(base: string): string;
  /** Keys of earlier results of a stage of a pipeline, oldest first. */
  history(stage: string): string;
  /** Directory in which the stage that does a piece of work keeps what it goes on from, beside others of its kind. */
  checkpoints(kind: string, work: string): string;
  readonly checkpointFolder: string;
  readonly locks: string;
  lock(name: string): string;
  readonly scratch: string;
  readonly runs: string;
  /**
   * Tells, once for each path, of something that no store has put there, or that was changed since. It counts as not
   * there.
   */
  distrust(path: string, found: string): void;
}

/** Names of the folders of a store. */
export const storeFolders = ['objects', 'results', 'reads', 'history', 'checkpoints', 'locks', 'scratch', 'runs'];

const spread = (digest: string): string => join(digest.slice(0, 2), digest);

/** @param warn gets a line for everything in the store that counts as not there because of its shape */
export function placesIn(root: string, warn: (line: string) => void = () => undefined): Places {
  const told = new Set<string>();
  return {
    root,
    object: (digest) => join(root, 'objects', spread(digest)),
    objectRecord: (digest) => join(root, 'objects', `${spread(digest)}.json`),
    objects: join(root, 'objects'),
    manifest: (key) => join(root, 'results', `${spread(key)}.json`),
    log: (key) => join(root, 'results', `${spread(key)}.log`),
    results: join(root, 'results'),
    readSets: (base) => join(root, 'reads', spread(base)),
    history: (stage) => join(root, 'history', `${encodeURIComponent(stage)}.ndjson`),
    checkpoints: (kind, work) => join(root, 'checkpoints', kind, work),
    checkpointFolder: join(root, 'checkpoints'),
    locks: join(root, 'locks'),
    lock: (name) => join(root, 'locks', `${name}.lock`),
    scratch: join(root, 'scratch'),
    runs: join(root, 'runs'),
    distrust(path, found) {
      if (told.has(path)) return;
      told.add(path);
      warn(`${path} in the store is not what was stored there: ${found}; it counts as missing`);
    },
  };
}
