import { chooseThreads, maximumThreads, ThreadCountError } from '@twoshot/machine';
import type { Result } from '@twoshot/diagnostics';
import { integerOf } from './option-values.js';
import type { Invocation } from './parse.js';

/** Threads of stages with `threads: all`: `--threads N`, else `TWOSHOT_THREADS`, else one per core. */
export function threadsFor(invocation: Invocation): Result<number> {
  const asked = integerOf(invocation, 'threads', 1, maximumThreads);
  if (!asked.ok) return asked;
  try {
    return { ok: true, value: chooseThreads(asked.value).threads };
  } catch (error) {
    if (!(error instanceof ThreadCountError)) throw error;
    return { ok: false, failures: [{ code: 'environment', message: error.message, where: null }] };
  }
}
