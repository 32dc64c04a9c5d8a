import type { Progress } from '@twoshot/stage';
import type { HostError, RunRequest, RunResult } from '@twoshot/stage/host';

/** How a task ended. */
export type ExecutionEnd =
  | { readonly type: 'done'; readonly result: RunResult }
  | { readonly type: 'failed'; readonly error: HostError }
  /** Its end is unknown, e.g. it was killed, or its machine is gone; `how` describes what was observed. */
  | { readonly type: 'lost'; readonly how: string }
  /** It was stopped on request. */
  | { readonly type: 'stopped' };

/** Follows a task that runs. */
export interface ExecutionListener {
  progress(progress: Progress): void;
  /** A line of the log: from the stage, or from standard output or error. */
  log(line: string): void;
  warn(line: string): void;
}

/** A task that was started. */
export interface Execution {
  /** Settles once; never rejects. The task then no longer runs, and the listener is no longer called. */
  readonly end: Promise<ExecutionEnd>;
  /** Requests the task to stop: it ends as `stopped`, or normally if it was already finishing. */
  readonly stop: () => void;
}

/**
 * Runs tasks somewhere. A request is plain data; the paths in it are directories that the task must find, so an executor
 * on another machine shares the store's disk or copies them there and back.
 */
export interface Executor {
  start(request: RunRequest, listener: ExecutionListener): Execution;
}
