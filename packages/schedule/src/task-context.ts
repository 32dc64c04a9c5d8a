import type { Cause, KeyContext } from '@twoshot/keys';
import { type InputArtifact, memoryOf, threadsOf } from '@twoshot/stage';
import type { Task } from '@twoshot/language';
import type { Listener, RunError } from '@twoshot/events';
import type { Manifest, Store } from '@twoshot/store';
import type { Capacity, Demand } from './capacity.js';
import type { SettledEngine } from './settled-engine.js';
import type { TaskLog } from './task-log.js';

/** How a task ended. `replan`: the engine is another one now, so that every key has to be computed again. */
export type TaskEnd =
  | { readonly type: 'cached'; readonly manifest: Manifest }
  | { readonly type: 'ran'; readonly manifest: Manifest; readonly causes: readonly Cause[]; readonly seconds: number }
  | { readonly type: 'failed'; readonly error: RunError; readonly causes: readonly Cause[] }
  | { readonly type: 'interrupted' }
  | { readonly type: 'replan'; readonly engine: SettledEngine };

export interface TaskContext extends KeyContext {
  readonly engine: SettledEngine;
  readonly store: Store;
  readonly run: string;
  readonly capacity: Capacity;
  readonly signal: AbortSignal;
  readonly emit: Listener;
  /** Opens the log of a task of this run. */
  openLog(task: Task): TaskLog;
  /** Why a task ran in this run; empty if it did not. */
  readonly causesOf: (task: string) => readonly Cause[];
}

export interface TaskInputs {
  readonly artifacts: Readonly<Record<string, InputArtifact | readonly InputArtifact[] | null>>;
  readonly force: boolean;
  readonly priority: number;
}

/** What a stage takes where a stage that takes all threads has so many. */
export const demandOf = ({ node: { declaration } }: Task, threads: number): Demand => ({
  cores: threadsOf(declaration.resources, threads),
  memory: memoryOf(declaration.resources),
});
