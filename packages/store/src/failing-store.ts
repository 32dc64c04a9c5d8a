import { RunProblem } from '@twoshot/diagnostics';
import type { Store } from './store.js';

/**
 * Runs something that writes to the store or to its directories; errors that concern the user are thrown as a
 * `RunProblem`.
 */
export async function writingTo<T>(store: Pick<Store, 'failureOf'>, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof RunProblem) throw error;
    const failure = store.failureOf(error);
    throw failure === null ? error : new RunProblem(failure, error);
  }
}
