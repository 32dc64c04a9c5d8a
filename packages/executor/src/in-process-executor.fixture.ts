import { answerRequest, hostError } from '@twoshot/stage/host';
import type { ExecutionEnd, Executor } from './executor.js';

/** Runs tasks in this process, for tests: there is no other process, and no channel to one. */
export const inProcessExecutor: Executor = {
  start(request, listener) {
    const controller = new AbortController();
    const { signal } = controller;
    const stopped = new Promise<ExecutionEnd>((resolve) => {
      signal.addEventListener('abort', () => resolve({ type: 'stopped' }), { once: true });
    });
    const ended = answerRequest(request, listener, signal).then(
      (result): ExecutionEnd => ({ type: 'done', result }),
      (error: unknown): ExecutionEnd => ({ type: 'failed', error: hostError(error) }),
    );
    return { end: Promise.race([ended, stopped]), stop: () => controller.abort() };
  },
};
