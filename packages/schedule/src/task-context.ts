import type { Cause, KeyContext } from '@twoshot/keys';
import { type InputArtifact, memoryOf, threadsOf } from '@twoshot/stage';
import type { Task } from '@twoshot/language';
import type { Listener, RunError } from '@twoshot/events';
import type { Executor } from '@twoshot/executor';
import type { Manifest, Store } from '@twoshot/store';
import type { Capacity, Demand } from './capacity.js';
import type { SettledEngine } from './settled-engine.js';

/**
 * How a task ended. `replan`: the engine is another one now, so that keys have to be computed again; or an artifact was
 * not what was stored and is dropped, so that the stage that gives it has to make it again.
 */
export type TaskEnd =
  | { readonly type: 'cached'; readonly manifest: Manifest }
  | { readonly type: 'ran'; readonly manifest: Manifest; readonly causes: readonly Cause[]; readonly seconds: number }
  | { readonly type: 'failed'; readonly error: RunError; readonly causes: readonly Cause[] }
  | { readonly type: 'interrupted' }
  | { readonly type: 'replan'; readonly engine: SettledEngine; readonly dropped: string | null };

export interface TaskContext extends KeyContext {
  readonly engine: SettledEngine;
  readonly store: Store;
  readonly executor: Executor;
  readonly run: string;
  readonly capacity: Capacity;
  readonly signal: AbortSignal;
  readonly emit: Listener;
  /** Why a task ran in this run; empty if it did not. */
  readonly causesOf: (task: string) => readonly Cause[];
}

/** An input in the store; only a stage that runs on it gets its path. */
export type StoredInput = Omit<InputArtifact, 'path'>;

/** Inputs by port: a list on a `many` port, null where none is wired. */
export type Wired<T> = Readonly<Record<string, T | readonly T[] | null>>;

export interface TaskInputs {
  readonly artifacts: Wired<StoredInput>;
  readonly force: boolean;
  readonly priority: number;
}

/** The same wiring with each entry mapped. */
export async function mapWired<T, U>(wired: Wired<T>, change: (one: T) => Promise<U>): Promise<Wired<U>> {
  const entries = Object.entries(wired).map(async ([port, input]): Promise<[string, U | readonly U[] | null]> => {
    if (input === null) return [port, null];
    return [port, Array.isArray(input) ? await Promise.all(input.map(change)) : await change(input as T)];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** What a stage needs when a stage with `threads: all` has this many. */
export const demandOf = ({ node: { declaration } }: Task, threads: number): Demand => ({
  cores: threadsOf(declaration.resources, threads),
  memory: memoryOf(declaration.resources),
});
