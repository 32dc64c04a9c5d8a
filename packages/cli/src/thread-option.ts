import { chooseThreads, maximumThreads, ThreadCountError } from '@twoshot/machine';
import type { Result } from '@twoshot/diagnostics';
import { wholeNumber } from './option-values.js';
import type { Invocation } from './parse.js';

/** Threads of stages that take all: `--threads N`, else what `TWOSHOT_THREADS` says, else one for each core. */
export function threadsFor(invocation: Invocation): Result<number> {
  const asked = wholeNumber(invocation, 'threads', 1, maximumThreads);
  if (!asked.ok) return asked;
  try {
    return { ok: true, value: chooseThreads(asked.value).threads };
  } catch (error) {
    if (!(error instanceof ThreadCountError)) throw error;
    return { ok: false, failures: [{ code: 'environment', message: error.message, where: null }] };
  }
}
