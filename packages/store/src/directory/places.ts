import { join } from 'node:path';

/** A store that is a directory, and the places of things in it. */
export interface Places {
  readonly root: string;
  /** Directory of an artifact. */
  object(digest: string): string;
  /** Files of an artifact as they were when it was stored. */
  objectRecord(digest: string): string;
  manifest(key: string): string;
  log(key: string): string;
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
}

const spread = (digest: string): string => join(digest.slice(0, 2), digest);

export function placesIn(root: string): Places {
  return {
    root,
    object: (digest) => join(root, 'objects', spread(digest)),
    objectRecord: (digest) => join(root, 'objects', `${spread(digest)}.json`),
    manifest: (key) => join(root, 'results', `${spread(key)}.json`),
    log: (key) => join(root, 'results', `${spread(key)}.log`),
    readSets: (base) => join(root, 'reads', spread(base)),
    history: (stage) => join(root, 'history', `${encodeURIComponent(stage)}.ndjson`),
    checkpoints: (kind, work) => join(root, 'checkpoints', kind, work),
    checkpointFolder: join(root, 'checkpoints'),
    locks: join(root, 'locks'),
    lock: (name) => join(root, 'locks', `${name}.lock`),
    scratch: join(root, 'scratch'),
    runs: join(root, 'runs'),
  };
}
