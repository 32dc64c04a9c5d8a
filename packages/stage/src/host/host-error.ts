import { isOutOfFiles, moreFiles, systemCode } from '@twoshot/disk';
import { isOutOfMemory, outOfMemory, outOfMemoryMessage } from './out-of-memory.js';
import type { HostError } from './protocol.js';

/** Code of the error of an engine that does not load. */
export const engineUnavailable = 'engine-unavailable';

/** An error as the runner is told it. */
export function hostError(thrown: unknown): HostError {
  if (!(thrown instanceof Error)) return { ...nowhere, code: 'stage-failed', message: `threw ${String(thrown)}` };
  const stack = thrown.stack ?? null;
  if (isStageInputError(thrown)) {
    const { code, message, file, line, column } = thrown;
    return { code, message, file, line, column, stack, user: true };
  }
  if (isOutsideError(thrown)) return { ...nowhere, code: thrown.code, message: thrown.message };
  // By name, too: the bundle of a stage has the start of the engine in it.
  if (thrown.name === 'EngineUnavailableError')
    return { ...nowhere, code: engineUnavailable, message: thrown.message, user: true };
  if (isOutOfFiles(thrown))
    return { ...nowhere, code: 'too-many-files', message: `${thrown.message}; ${moreFiles}`, user: true };
  const denied = deniedPath(thrown);
  if (denied !== null) {
    const message = `no permission: ${thrown.message}; change the permissions of ${denied}, or use another path`;
    return { ...nowhere, code: 'no-permission', message, file: denied, user: true };
  }
  if (systemCode(thrown) === 'ERR_ACCESS_DENIED' && 'resource' in thrown)
    return { ...nowhere, code: 'write-outside', message: outside(String(thrown.resource)), stack };
  if (isOutOfMemory(thrown))
    return { ...nowhere, code: outOfMemory, message: outOfMemoryMessage(thrown.message), stack };
  if (systemCode(thrown) === 'ENOSPC') return { ...nowhere, code: 'disk-full', message: thrown.message, stack };
  return {
    ...nowhere,
    code: thrown instanceof EmptyOutputError ? 'empty-output' : 'stage-failed',
    message: thrown.message,
    stack,
  };
}

const outside = (path: string): string =>
  `it tried to ${path === '' ? 'make a link' : `write to ${path}`}: a stage may write to its outputs, its checkpoints and temporary files only; list further ` +
  'paths in TWOSHOT_STAGE_WRITES';

/** A stage that ended without writing one of its outputs. */
export class EmptyOutputError extends Error {
  override readonly name = 'EmptyOutputError';
  constructor(stage: string, port: string) {
    super(`${stage} ended without writing its output '${port}'`);
  }
}

const nowhere = { file: null, line: null, column: null, stack: null, user: false };

interface StageInputErrorLike extends Error {
  readonly code: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
}

/** By name: the bundle of a stage holds its own copy of the class. */
function isStageInputError(error: Error): error is StageInputErrorLike {
  return error.name === 'StageInputError' && 'code' in error && 'file' in error && 'line' in error && 'column' in error;
}

function isOutsideError(error: Error): error is Error & { readonly code: string } {
  return error.name === 'OutsideError' && 'code' in error && typeof error.code === 'string';
}

const denials = new Set(['EACCES', 'EPERM', 'EROFS']);

/** Path of a file or folder that may not be read or written. */
const deniedPath = (error: Error): string | null =>
  denials.has(systemCode(error)) && 'path' in error && typeof error.path === 'string' ? error.path : null;
