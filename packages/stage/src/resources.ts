/** Resources that a stage uses while it runs. */
export interface Resources {
  /**
   * How the stage scales: `one` thread (default), `all` threads of the machine, or at most so many. Its engine and its
   * workers get them, independent of the load and `--jobs`.
   */
  readonly threads?: 'one' | 'all' | { readonly maximum: number };
  /** Peak memory in MiB, for scheduling. Default 1024. */
  readonly memory?: number;
}

const defaultMemory = 1024;

/**
 * Threads that a stage runs on.
 *
 * @param available threads for a stage with `threads: 'all'`
 */
export function threadsOf({ threads = 'one' }: Resources = {}, available: number): number {
  if (threads === 'all') return available;
  return Math.min(threads === 'one' ? 1 : threads.maximum, available);
}

/** Peak memory of a stage in MiB. */
export const memoryOf = ({ memory = defaultMemory }: Resources = {}): number => memory;

/** @throws TypeError where a stage that is not type-checked declares something else */
export function checkResources(stage: string, resources: Resources = {}): void {
  const { threads = 'one', ...others } = resources;
  const unknown = Object.keys(others).find((name) => name !== 'memory');
  const renamed = unknown === 'cpus' ? "; `cpus` is `threads` now: 'one', 'all', or { maximum: n }" : '';
  if (unknown !== undefined)
    throw new TypeError(`${stage}: its resources have no '${unknown}', only threads and memory${renamed}`);
  const most = typeof threads === 'string' ? null : threads.maximum;
  if (most === null ? threads !== 'one' && threads !== 'all' : !Number.isInteger(most) || most < 1)
    throw new TypeError(
      `${stage}: its threads are ${JSON.stringify(threads)}; expected 'one', 'all', or { maximum: n } with n >= 1`,
    );
}
