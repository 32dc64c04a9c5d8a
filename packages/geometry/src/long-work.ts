import { setImmediate } from 'node:timers/promises';

/** What a function that may take seconds tells and listens to. */
export interface LongWork {
  readonly progress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Between two blocks of synchronous work: lets the event loop run, so that messages go out and an abort or the loss
 * of the parent process is noticed.
 */
export async function betweenBlocks(work: LongWork, done: number, total: number): Promise<void> {
  work.progress?.(done, total);
  await setImmediate();
  work.signal?.throwIfAborted();
}
