import { formatFailure, type Failure } from '@twoshot/diagnostics';
import { exitCodes } from '@twoshot/events';
import { writeLine, type Environment } from './environment.js';

/** Prints failures and returns their exit code. */
export function showFailures(failures: readonly Failure[], { stderr, cwd }: Environment): number {
  writeLine(stderr, failures.map((failure) => formatFailure(failure, { base: cwd })).join('\n\n'));
  return exitCodes.mistake;
}
