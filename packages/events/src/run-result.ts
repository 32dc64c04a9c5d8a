import type { StageOutcome } from './events.js';
import { metricsJson, type StageMetrics } from './metrics.js';
import type { RunError } from './run-error.js';
import { sweepJson, type Sweep } from './sweeps.js';

/** Outcome of a run. */
export interface RunResult {
  /** Null where it ended before it started. */
  readonly run: string | null;
  readonly status: 'done' | 'failed' | 'interrupted';
  readonly pipeline: string;
  readonly seconds: number;
  readonly outcomes: readonly StageOutcome[];
  /** Warnings by task; of a cached task, those of the run that produced its result. */
  readonly warnings: Readonly<Record<string, readonly string[]>>;
  /** Absolute paths by name; a draw is named where there are several. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, StageMetrics>>;
  /** The metrics of stages with a matrix, again, as tables. */
  readonly sweeps: readonly Sweep[];
  readonly error: RunError | null;
  /** Further failures, where several were found at once. */
  readonly errors: readonly RunError[];
  /** Folder of the run; null where it ended before it began. */
  readonly directory: string | null;
}

export const exitCodes = { done: 0, failed: 1, mistake: 2, interrupted: 130 } as const;

export function exitCodeOf({ status, error }: Pick<RunResult, 'status' | 'error'>): number {
  if (status === 'interrupted') return exitCodes.interrupted;
  if (error === null) return exitCodes.done;
  return error.user ? exitCodes.mistake : exitCodes.failed;
}

/** A run that ended before it started. */
export const refused = (errors: readonly RunError[], pipeline = ''): RunResult => ({
  run: null,
  status: 'failed',
  pipeline,
  seconds: 0,
  outcomes: [],
  warnings: {},
  outputs: {},
  metrics: {},
  sweeps: [],
  error: errors[0] ?? null,
  errors,
  directory: null,
});

const rounded = (seconds: number): number => Math.round(seconds * 1000) / 1000;

/** The whole error in one line: readers of the JSON see nothing else. */
function messageOf({ message, failure }: RunError): string {
  const { expected, found, nearest, next } = failure ?? {};
  const facts = [
    ['expected', expected],
    ['found', found],
    ['nearest', nearest],
    ['next', next],
  ].flatMap(([label, text]) => (text === undefined ? [] : [`${label}: ${text}`]));
  return [message, ...facts].join('; ');
}

/** A run as `--json` and `run.json` show it. */
export function runJson({
  run,
  outcomes,
  warnings,
  outputs,
  metrics,
  sweeps,
  error,
}: RunResult): Readonly<Record<string, unknown>> {
  return {
    run,
    stages: outcomes.map(({ task, stage, draw, use, status, seconds, key, why, digests }) => ({
      stage,
      ...(draw === null ? {} : { draw }),
      use,
      status,
      seconds: rounded(seconds),
      key,
      why,
      digests,
      warnings: warnings[task] ?? [],
    })),
    outputs,
    metrics: Object.fromEntries(Object.entries(metrics).map(([stage, own]) => [stage, metricsJson(own)])),
    ...(sweeps.length === 0 ? {} : { sweeps: sweeps.map(sweepJson) }),
    error:
      error === null
        ? null
        : { code: error.code, message: messageOf(error), file: error.file, line: error.line, column: error.column },
  };
}
