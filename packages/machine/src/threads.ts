import { readMachine } from './machine.js';

/** Number of threads for work that scales with the machine, and its source. */
export interface ThreadCount {
  readonly threads: number;
  readonly from: 'the option --threads' | 'TWOSHOT_THREADS' | 'the cores of the machine';
}

/** `TWOSHOT_THREADS` is not a number of threads. */
export class ThreadCountError extends Error {
  override readonly name = 'ThreadCountError';
}

/** More would only wait. */
export const maximumThreads = 1024;

/**
 * The threads to use: the requested number, else `TWOSHOT_THREADS`, else one per core.
 *
 * @param asked 1 to 1024
 * @throws ThreadCountError where `TWOSHOT_THREADS` is not an integer from 1 to 1024
 */
export function chooseThreads(
  asked?: number,
  { env = process.env, cores = () => readMachine().cores }: { env?: NodeJS.ProcessEnv; cores?: () => number } = {},
): ThreadCount {
  if (asked !== undefined) return { threads: asked, from: 'the option --threads' };
  const text = env['TWOSHOT_THREADS'] ?? '';
  if (text === '') return { threads: Math.min(cores(), maximumThreads), from: 'the cores of the machine' };
  const threads = Number(text);
  if (!/^\d+$/.test(text) || threads < 1 || threads > maximumThreads)
    throw new ThreadCountError(
      `TWOSHOT_THREADS is '${text}'; expected an integer from 1 to ${maximumThreads}, or unset for one thread per core`,
    );
  return { threads, from: 'TWOSHOT_THREADS' };
}
