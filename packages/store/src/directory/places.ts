import { join } from 'node:path';

/** A store in a directory, and the paths in it. */
export interface Places {
  readonly root: string;
  /** Directory of an artifact. */
  object(digest: string): string;
  /** Signature of an artifact's files when it was stored. */
  objectRecord(digest: string): string;
  readonly objects: string;
  manifest(key: string): string;
  log(key: string): string;
  readonly results: string;
  /** Directory of the read sets of results with this base document. */
  readSets(base: string): string;
  /** Keys of earlier results of a stage of a pipeline, oldest first. */
  history(stage: string): string;
  /** Directory for the checkpoints of a piece of work, next to others of its kind. */
  checkpoints(kind: string, work: string): string;
  readonly checkpointFolder: string;
  readonly locks: string;
  lock(name: string): string;
  readonly scratch: string;
  readonly runs: string;
  /**
   * Warns, once per path, of something that no store wrote, or that was changed since. It counts as there.
   */
  distrust(path: string, found: string): void;
}

/** Names of the folders of a store. */
export const storeFolders = ['objects', 'results', 'reads', 'history', 'checkpoints', 'locks', 'scratch', 'runs'];

const spread = (digest: string): string => join(digest.slice(0, 2), digest);

/** @param warn receives a line for everything in the store that counts as missing because it is malformed */
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
      warn(`${path} in the store has changed since it was stored: ${found}; it counts as missing`);
    },
  };
}
