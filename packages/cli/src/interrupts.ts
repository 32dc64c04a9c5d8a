import { writeSync } from 'node:fs';

/** Commands that end in order: hosts are stopped, scratch folders removed, the last line is written. */
const endInOrder = new Set(['run', 'predict', 'engine setup', 'engine remove']);

/** Exit code, as that of a program that Ctrl-C ended. */
export const interrupted = 130;

/** For a command that ends in order. A host has three seconds to end. */
const grace = 10_000;

/** The last line of a run that ends before its summary. */
export const lastLine = (error: { readonly code: string; readonly message: string }): string =>
  JSON.stringify({
    run: null,
    stages: [],
    outputs: {},
    metrics: {},
    error: { ...error, file: null, line: null, column: null },
  });

/** Settles when a command need not be waited for any longer: at the interrupt, but for those that end in order. */
export function interruption(command: string, signal: AbortSignal): Promise<void> {
  if (endInOrder.has(command)) return new Promise(() => undefined);
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/**
 * Ends the process as the signal would have: an exit in order waits for threads that are in a call to the system, for
 * ever where that is a pipe that nobody writes to or a network disk that is gone. The hosts see that the runner is gone.
 */
function leave(): void {
  process.removeAllListeners('SIGINT');
  process.kill(process.pid, 'SIGINT');
}

/** Whether a call to the file system is under way. */
const isInSystemCall = (): boolean => process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'));

const whatRuns = (): string => (isInSystemCall() ? 'the file system, which does not answer' : 'what is running');

/**
 * The signal that Ctrl-C aborts. What does not end by itself is ended after some seconds, or at once by a second Ctrl-C.
 *
 * @param isJson whether somebody reads the last line of standard output
 */
export function interrupts(isJson: boolean): AbortSignal {
  const controller = new AbortController();
  const cut = (message: string): void => {
    writeSync(2, `${message}\n`);
    if (isJson) writeSync(1, `${lastLine({ code: 'interrupted', message })}\n`);
    leave();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (controller.signal.aborted) return cut('interrupted twice; finished stages are kept');
      controller.abort(new Error('interrupted'));
      setTimeout(() => cut(`interrupted; not waiting any longer for ${whatRuns()}`), grace).unref();
      return undefined;
    });
  return controller.signal;
}

/** Ends the process with its exit code. */
export function endProcess(code: number): void {
  if (code === interrupted && isInSystemCall()) leave();
  process.exit(code);
}
