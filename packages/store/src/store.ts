import type { Failure, Result } from '@twoshot/diagnostics';
import type { ReadSet } from '@twoshot/keys';
import type { Manifest } from './manifest.js';

/**
 * Where artifacts and results live. Several runs, on one machine or on several, use a store at once; each may end at
 * any moment. What a method puts is visible to all when it returns, and not at all if it does not return.
 */
export interface Store {
  /** As the user names it: a path, or `scheme:rest`. */
  readonly address: string;

  /**
   * Whether an artifact is present and unchanged, as far as is visible without reading its content; a store that was
   * opened to `verify` reads it.
   */
  hasArtifact(digest: string): Promise<boolean>;
  /**
   * Moves a directory from `scratch` into the store. The same artifact may be put twice.
   *
   * @throws ForeignFileError where it contains anything but folders and files, e.g. a link
   */
  putArtifact(digest: string, directory: string, waiting?: Waiting): Promise<void>;
  /**
   * A directory of this machine with a stored artifact; it must not be written to. Its content matches its digest: it
   * is verified the first time.
   *
   * @throws DamagedArtifactError where it does not; it is then removed
   */
  materialise(digest: string): Promise<string>;
  /** Removes an artifact from the store; stages that need it run again. */
  dropArtifact(digest: string): Promise<void>;
  /** Digests of all artifacts. */
  artifacts(): Promise<readonly string[]>;

  /** The result of a key; null if there is none, or it is damaged. */
  result(key: string): Promise<Manifest | null>;
  /**
   * Makes a result valid; its artifacts must be stored.
   *
   * @param base digest of the base document, under which its read set is listed
   */
  putResult(base: string, manifest: Manifest, log: string): Promise<void>;
  /** Keys of all results. */
  results(): Promise<readonly string[]>;
  /** The distinct read sets of results with this base document. */
  readSets(base: string): Promise<readonly ReadSet[]>;
  /** The log of a result; null if there is none. */
  log(key: string): Promise<string | null>;

  /** Keys of the results of a stage, oldest first. */
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
   * Directory for the checkpoints of a piece of work; the same work finds it again.
   *
   * @param kind work of one kind differs only in its length and is stored together
   */
  checkpoints(kind: string, work: string): CheckpointPlace;

  /** A directory of this machine for what a run writes for the user: its events, its page, its outputs. */
  runFolder(run: string): Promise<string>;

  /** Removes what dead runs and abandoned work left behind. */
  sweep(): Promise<void>;

  /** The failure, for users, behind an error of these methods or of writing to their directories; null for a bug. */
  failureOf(error: unknown): Failure | null;
}

/** Options for waiting for another process. */
export interface Waiting {
  readonly signal?: AbortSignal;
  /** Called once, when another process holds it. @param owner in words, e.g. `process 12 on host` */
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
  /** A directory of this machine, which need not exist; other work of the same kind is next to it. */
  readonly folder: string;
  remove(): Promise<void>;
  /** Removes all but those from which longer work may continue: this work has its result. */
  keepEnds(): Promise<void>;
}

/** `read`: nothing is written; a missing store is empty. */
export type StoreMode = 'read' | 'run';

export interface StoreOptions {
  /** Read the content of every artifact before it counts as present. */
  readonly verify?: boolean;
  /** Receives a line for everything in the store that is not trusted. */
  readonly warn?: ((line: string) => void) | undefined;
}

/** The default export of a file that a package names under `twoshot.stores` of its package.json, by scheme. */
export interface StoreProvider {
  /** @param address as the user typed it, including `scheme:` */
  open(address: string, mode: StoreMode, options?: StoreOptions): Promise<Result<Store>>;
}
