import type { Failure, Result } from '@twoshot/diagnostics';
import type { ReadSet } from '@twoshot/keys';
import type { Manifest } from './manifest.js';

/**
 * Where artifacts and results live. Several runs, on one machine or on several, use a store at once; each may end at any
 * moment. What a method has put is there for all of them when it returns, and not at all if it does not return.
 */
export interface Store {
  /** As a user names it: a path, or `scheme:rest`. */
  readonly address: string;

  /**
   * Whether an artifact is there as it was put, as far as that can be told without reading its content; a store that was
   * opened to `verify` reads it.
   */
  hasArtifact(digest: string): Promise<boolean>;
  /**
   * Takes a directory that lies in `scratch` of this store; it is gone afterwards. The same artifact may be put twice.
   *
   * @throws ForeignFileError where it holds anything but folders and files, e.g. a link
   */
  putArtifact(digest: string, directory: string, waiting?: Waiting): Promise<void>;
  /**
   * A directory of this machine with an artifact that is there; nobody may write to it. Its content is that of its
   * digest: it is read the first time.
   *
   * @throws DamagedArtifactError where it is another one; it is not there any more then
   */
  materialise(digest: string): Promise<string>;
  /** Takes an artifact out of the store; whatever needs it is made again. */
  dropArtifact(digest: string): Promise<void>;
  /** Digests of all artifacts. */
  artifacts(): Promise<readonly string[]>;

  /** The result of a key; null if there is none, or none that is whole. */
  result(key: string): Promise<Manifest | null>;
  /**
   * Makes a result valid; its artifacts must be there.
   *
   * @param base digest of the base document, under which its read set is listed
   */
  putResult(base: string, manifest: Manifest, log: string): Promise<void>;
  /** Keys of all results. */
  results(): Promise<readonly string[]>;
  /** The different read sets of results with this base document. */
  readSets(base: string): Promise<readonly ReadSet[]>;
  /** The log of a result; null if there is none. */
  log(key: string): Promise<string | null>;

  /** Keys of the results that a stage came to, oldest first. */
  history(stage: string): Promise<readonly string[]>;
  remember(stage: string, key: string): Promise<void>;

  /**
   * Waits for a lock and takes it. A lock whose owner died is free.
   *
   * @throws the reason of `signal` when it is aborted first
   */
  lock(name: string, waiting?: Waiting): Promise<Lock>;

  /** A new, empty directory of this machine for one attempt at a stage. */
  scratch(): Promise<Scratch>;
  /**
   * Where the stage that does a piece of work keeps what it can go on from; the same work finds it again.
   *
   * @param kind work of one kind is kept side by side: it differs only in how far it goes
   */
  checkpoints(kind: string, work: string): CheckpointPlace;

  /** A directory of this machine for what a run hands to the user: its events, its page, its outputs. */
  runFolder(run: string): Promise<string>;

  /** Removes what runs that died, and work that was given up, have left behind. */
  sweep(): Promise<void>;

  /** What an error of these methods, or of writing to their directories, means to the user; null where it is a bug. */
  failureOf(error: unknown): Failure | null;
}

/** What may happen to somebody who waits for another process. */
export interface Waiting {
  readonly signal?: AbortSignal;
  /** Called once, when somebody else is at it. @param owner in words, e.g. `process 12 on host` */
  readonly onWait?: (owner: string) => void;
}

export interface Lock {
  release(): Promise<void>;
}

export interface Scratch {
  readonly path: string;
  remove(): Promise<void>;
}

export interface CheckpointPlace {
  /** A directory of this machine, which need not exist; other work of the same kind lies beside it. */
  readonly folder: string;
  remove(): Promise<void>;
  /** Removes all but those from which longer work may go on: this work has its result. */
  keepEnds(): Promise<void>;
}

/** `read`: only to look things up, so that nothing is written; a store that is not there is empty. */
export type StoreMode = 'read' | 'run';

export interface StoreOptions {
  /** Read the content of every artifact before it counts as there. */
  readonly verify?: boolean;
  /** Gets a line for everything that the store holds and does not trust. */
  readonly warn?: ((line: string) => void) | undefined;
}

/** The default export of a file that a package names under `twoshot.stores` of its package.json, by scheme. */
export interface StoreProvider {
  /** @param address as the user typed it, `scheme:` included */
  open(address: string, mode: StoreMode, options?: StoreOptions): Promise<Result<Store>>;
}
