import type { Progress } from '@twoshot/stage';
import type { HostError, RunRequest, RunResult } from '@twoshot/stage/host';

/** How a task ended. */
export type ExecutionEnd =
  | { readonly type: 'done'; readonly result: RunResult }
  | { readonly type: 'failed'; readonly error: HostError }
  /** Nobody knows what became of it, e.g. it was killed, or its machine is gone; `how` says what was seen. */
  | { readonly type: 'lost'; readonly how: string }
  /** It was told to stop. */
  | { readonly type: 'stopped' };

/** Follows a task that runs. */
export interface ExecutionListener {
  progress(progress: Progress): void;
  /** A line of the log: told by the stage, or written to standard output or error. */
  log(line: string): void;
  warn(line: string): void;
}

/** A task that was started. */
export interface Execution {
  /** Settles once; never rejects. Nothing of the task runs any more then, and the listener hears no more. */
  readonly end: Promise<ExecutionEnd>;
  /** Asks the task to stop: it ends as `stopped`, or as it would have where it was at its end. */
  readonly stop: () => void;
}

/**
 * Runs tasks somewhere. A request is plain data; the paths in it are directories that the task must find, so an executor
 * on another machine shares the store's disk or copies them there and back.
 */
export interface Executor {
  start(request: RunRequest, listener: ExecutionListener): Execution;
}
