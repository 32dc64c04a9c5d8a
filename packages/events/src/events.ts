import type { Metrics } from '@twoshot/artifact';
import type { Progress } from '@twoshot/stage';
import type { RunError } from './run-error.js';

export type StageStatus = 'ran' | 'cached' | 'failed' | 'skipped';

/** Why a stage was skipped that `--only` left out. */
export const notSelected = 'not selected';

/** Outcome of one stage. */
export interface StageOutcome {
  /** Id of the task: the stage's id, and the draw where it depends on one. */
  readonly task: string;
  readonly stage: string;
  readonly draw: number | null;
  readonly use: string;
  readonly status: StageStatus;
  /** Wall-clock seconds that it took in this run. */
  readonly seconds: number;
  /** When it began, in milliseconds since 1970; null if it did not. */
  readonly started: number | null;
  /** Seconds that producing its result took; null if there is none. */
  readonly resultSeconds: number | null;
  readonly key: string | null;
  readonly why: string;
  /** Logical digest by output port. */
  readonly digests: Readonly<Record<string, string>>;
  /** Of its `metrics` outputs, by port. */
  readonly metrics: Readonly<Record<string, Pick<Metrics, 'values' | 'protocol'>>>;
  readonly peakMemory: number | null;
  readonly error: RunError | null;
}

/**
 * Increased when an event is dropped or changes its meaning. New events and fields do not increase it: readers ignore
 * what they do not know. docs/events.md describes the format.
 */
export const eventFormat = 1;

/** A task of a run, before it starts. */
export interface RunTask {
  readonly task: string;
  /** Id of the stage, which several draws share. */
  readonly stage: string;
  readonly draw: number | null;
  readonly use: string;
  /** Tasks whose outputs are its inputs. */
  readonly from: readonly string[];
  /** Where the stage lies in the matrix; absent in events of earlier versions, and where there is none. */
  readonly point?: MatrixPoint;
}

/** One point of a matrix. */
export interface MatrixPoint {
  /** Name of the stage in the pipeline file, which all its points share. */
  readonly instance: string;
  readonly axes: Readonly<Record<string, string | number | boolean>>;
  /** The axes along which the same experiment is repeated: `seed`, and those of params that `--draws` sets. */
  readonly repeats: readonly string[];
}

/** A warning of a stage, with the seconds since its start. */
export interface StageWarning {
  readonly seconds: number;
  readonly line: string;
}

/** All that happens in a run; everything that shows or records a run is made from these alone. */
export type RunEvent =
  /** The first event of every run. */
  | {
      readonly type: 'run-started';
      readonly format: number;
      readonly run: string;
      /** Absolute path of the folder of the run. */
      readonly directory: string;
      readonly pipeline: string;
      readonly file: string;
      readonly store: string;
      /** In topological order. */
      readonly tasks: readonly RunTask[];
    }
  /** Something the run as a whole does: installing the engine, waiting for another run. */
  | { readonly type: 'notice'; readonly task: string | null; readonly message: string }
  /** A stage downloads its external files before its key can be computed. */
  | { readonly type: 'stage-preparing'; readonly task: string; readonly use: string }
  /** Another run is at the same result; `owner` says which process that is. */
  | { readonly type: 'stage-waiting'; readonly task: string; readonly owner: string }
  | {
      readonly type: 'stage-started';
      readonly task: string;
      readonly use: string;
      readonly why: string;
      /** From earlier results of the same stage; null if there are none. */
      readonly expected: number | null;
    }
  | { readonly type: 'stage-progress'; readonly task: string; readonly progress: Progress }
  /** A line of the log, with the seconds since the start of the stage. */
  | { readonly type: 'stage-log'; readonly task: string; readonly seconds: number; readonly line: string }
  /**
   * A line of the log that is shown at once. `run`: the stage is cached; the warning is of that run, which produced its
   * result.
   */
  | ({ readonly type: 'stage-warning'; readonly task: string; readonly run?: string } & StageWarning)
  /** The end of the stored log of the run that produced the result of a cached stage. */
  | {
      readonly type: 'stage-earlier-log';
      readonly task: string;
      readonly run: string;
      /** Lines before these. */
      readonly hidden: number;
      readonly lines: readonly string[];
    }
  | { readonly type: 'stage-finished'; readonly outcome: StageOutcome }
  /** An output of the pipeline was copied out of the store. */
  | { readonly type: 'output'; readonly name: string; readonly path: string }
  /** The last event of every finished run. */
  | {
      readonly type: 'run-finished';
      readonly status: 'done' | 'failed' | 'interrupted';
      readonly seconds: number;
      /** The error of the run as a whole; errors of stages are in their outcomes. */
      readonly error: RunError | null;
    };

export type Listener = (event: RunEvent) => void;

/** A line of a log, from its event. */
export const logLine = (seconds: number, line: string): string => `${seconds.toFixed(2).padStart(8)} ${line}`;
