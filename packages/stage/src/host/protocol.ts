import type { CheckpointSettings } from './checkpoint-folder.js';
import type { GraphDocument, InputArtifact, Progress } from '../declaration.js';

/** What the runner asks of a host: one message, then the host runs one stage and ends. */
export interface RunRequest {
  readonly kind: 'run' | 'prepare';
  /** File to import; its default export is the declaration. */
  readonly bundle: string;
  /** Defaults filled in. */
  readonly params: Readonly<Record<string, unknown>>;
  /** By port; `null` where an optional port is not wired. Empty for `prepare`. */
  readonly inputs: Readonly<Record<string, InputArtifact | readonly InputArtifact[] | null>>;
  /** An empty directory by port. Empty for `prepare`. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Null for `prepare`. */
  readonly checkpoints: CheckpointSettings | null;
  /** Hex; a seed is derived from it and a purpose. */
  readonly instanceSeed: string;
  readonly pipelineSeed: number;
  readonly graph: GraphDocument;
  /** Null for a stage that does not use the engine. */
  readonly engine: EngineRequest | null;
  /** Threads of the engine and of whatever else the stage spreads over cores. */
  readonly threads: number;
  /** Absolute path that external paths are relative to. */
  readonly workspace: string;
  /** All environment variables that the stage may see. */
  readonly env: Readonly<Record<string, string>>;
  /** Folder of the user's cache that the stage may write to; null for none. */
  readonly installs: string | null;
  /** An empty directory for temporary files, which is gone afterwards; null for `prepare`. */
  readonly temporary: string | null;
}

/** The settled engine; the rest of its identity matters to keys only. */
export interface EngineRequest {
  readonly kind: 'cuda' | 'native' | 'wasm' | 'cpu';
}

export interface RunResult {
  readonly reads: Reads;
  /** Logical digest by output port. */
  readonly digests: Readonly<Record<string, string>>;
  /** Size of all outputs. */
  readonly bytes: number;
  /** Peak resident memory in bytes. */
  readonly peakMemory: number;
}

/** What the stage read of the request. */
export interface Reads {
  /** Names, sorted; those that are not there count. */
  readonly params: readonly string[];
  /** A seed was requested. */
  readonly seed: boolean;
  /** The pipeline's own seed was read. */
  readonly pipelineSeed: boolean;
  /** The graph was read. */
  readonly graph: boolean;
  /** `port.from`, `port.holds`, `port.seen`, sorted: facts of inputs that their digests do not cover. */
  readonly provenance: readonly string[];
}

export interface HostError {
  /**
   * Stable identifier: that of a `StageInputError` or `OutsideError`, or `no-permission`, `disk-full`, `too-many-files`, `empty-output`,
   * `out-of-memory`, `engine-unavailable`, `stage-failed`.
   */
  readonly code: string;
  readonly message: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly stack: string | null;
  /** True where the user can fix it in params or files. */
  readonly user: boolean;
}

export type HostMessage =
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'log'; readonly line: string }
  | { readonly type: 'warn'; readonly line: string }
  /** Before and after the engine is loaded: a broken one may end the process. */
  | { readonly type: 'engine'; readonly loaded: boolean }
  | ({ readonly type: 'done' } & RunResult)
  | { readonly type: 'failed'; readonly error: HostError };
