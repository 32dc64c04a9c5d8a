import type { Failure } from '@twoshot/diagnostics';

/** Why a run or a stage did not finish, as `--json` reports it. */
export interface RunError {
  /** Stable identifier. */
  readonly code: string;
  readonly message: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  /** The user can fix it: exit code 2. */
  readonly user: boolean;
  /** Id of the stage, where one failed. */
  readonly stage: string | null;
  /** Where in the code a stage failed. */
  readonly stack: string | null;
  /** Details, where the runner itself found the error. */
  readonly failure: Failure | null;
}

export function errorOfFailure(failure: Failure, stage: string | null = null): RunError {
  const { code, message, where } = failure;
  return {
    code,
    message,
    file: where?.file ?? null,
    line: where?.line ?? null,
    column: where?.column ?? null,
    user: true,
    stage,
    stack: null,
    failure,
  };
}

export const stageError = (stage: string, code: string, message: string, user = false): RunError => ({
  code,
  message,
  file: null,
  line: null,
  column: null,
  user,
  stage,
  stack: null,
  failure: null,
});
