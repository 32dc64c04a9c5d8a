import { formatFailure, formatWhere, type Failure } from '@twoshot/diagnostics';
import { exitCodes } from '@twoshot/events';
import type { Note } from '@twoshot/language';
import { writeLine, type Environment } from './environment.js';

/** Prints failures and returns their exit code. */
export function showFailures(failures: readonly Failure[], { stderr, cwd }: Environment): number {
  writeLine(stderr, failures.map((failure) => formatFailure(failure, { base: cwd })).join('\n\n'));
  return exitCodes.mistake;
}

/** Prints what a valid pipeline may not mean as it is written. */
export function showNotes(notes: readonly Note[], { stderr, cwd }: Environment): void {
  for (const { message, where } of notes) writeLine(stderr, `${formatWhere(where, cwd)}: note: ${message}`);
}
