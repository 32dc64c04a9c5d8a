import { readFileSync } from 'node:fs';
import { errorOfFailure, type RunError, stageError } from '@twoshot/events';
import type { HostError } from '@twoshot/stage/host';
import type { StageNode } from '@twoshot/language';
import { listNames, type Failure } from '@twoshot/diagnostics';
import type { ForeignFileError } from '@twoshot/store';

/** A line of the user's file, to be shown with a caret; none where it cannot be read or is not text. */
function lineOf(file: string, line: number): string | undefined {
  try {
    const text = readFileSync(file, 'utf8').split(/\r\n?|\n/)[line - 1];
    return text === undefined || text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

/** What a stage threw. A user's mistake without a position of its own is shown where the stage is named. */
export function hostError(node: StageNode, error: HostError, failure: Failure | null): RunError {
  if (failure !== null) return errorOfFailure(failure, node.id);
  const { code, message, file, line, column, user, stack } = error;
  if (!user) return { ...stageError(node.id, code, message), file, line, column, stack };
  const text = file === null || line === null ? undefined : lineOf(file, line);
  const where =
    file === null
      ? node.where
      : { file, line: line ?? 1, column: column ?? 1, ...(text === undefined ? {} : { text }) };
  return {
    ...stageError(node.id, code, message, true),
    file: where.file,
    line: file === null ? where.line : line,
    column: file === null ? where.column : column,
    failure: {
      code: 'stage-input',
      message,
      where: line === null && file !== null ? null : where,
      stage: node.id,
      reason: code,
    },
  };
}

/** A stage whose code is not what its key was computed from. */
export const changedCodeError = (node: StageNode): RunError =>
  stageError(node.id, 'changed-while-running', 'its code was changed during the run; run it again', true);

/** A stage during which its inputs were changed: nobody knows what its result comes from. */
export const changedInputError = (node: StageNode, ports: readonly string[]): RunError =>
  stageError(
    node.id,
    'input-changed',
    `${ports.length === 1 ? 'the input' : 'the inputs'} ${listNames(ports)} changed while it ran: a stage may only read ` +
      'its inputs and write to its outputs. Its result is not stored, and what changed is made again',
  );

/** An artifact that is damaged again after it was made again. */
export const damagedAgainError = (node: StageNode, path: string): RunError =>
  errorOfFailure(
    {
      code: 'store-damaged',
      message: 'an input changes after it is stored',
      where: node.where,
      expected: `what was stored at ${path}`,
      found: 'another content, twice in this run',
      next: 'find out what else writes there, check the disk, or name another store with --store',
    },
    node.id,
  );

/** A stage whose output could change after it was stored. */
export const foreignFileError = (node: StageNode, { path, found }: ForeignFileError): RunError =>
  stageError(node.id, 'bad-output', `its output holds ${found}: ${path}; write folders and files of its own`);

/** A task whose end is unknown. */
export const lostError = (node: StageNode, how: string): RunError =>
  stageError(node.id, 'stage-lost', `the stage was lost: ${how}`);

/** The engine that the user selected does not load. */
export const engineFailure = (found: string): Failure => ({
  code: 'engine-unavailable',
  message: 'The engine that TWOSHOT_ENGINE selects is not available here',
  where: null,
  found,
});
