import type { Metrics } from '@twoshot/artifact';
import type { Progress } from '@twoshot/stage';
import type { RunError } from './run-error.js';

export type StageStatus = 'ran' | 'cached' | 'failed' | 'skipped';

/** Why a stage was skipped that `--only` left out. */
export const notAskedFor = 'not asked for';

/** How one stage came out. */
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
  /** Seconds that it took when it was run; null if it never came to a result. */
  readonly worth: number | null;
  readonly key: string | null;
  readonly why: string;
  /** Logical digest by output port. */
  readonly digests: Readonly<Record<string, string>>;
  /** Of its `metrics` outputs, by port. */
  readonly metrics: Readonly<Record<string, Pick<Metrics, 'values' | 'protocol'>>>;
  readonly peakMemory: number | null;
  readonly error: RunError | null;
}

/** All that happens in a run; whoever shows or keeps something listens to these. */
export type RunEvent =
  | {
      readonly type: 'run-started';
      readonly run: string;
      readonly pipeline: string;
      readonly file: string;
      readonly store: string;
      readonly stages: readonly { readonly task: string; readonly use: string; readonly from: readonly string[] }[];
    }
  /** Something that the run as a whole does: setting the engine up, waiting for another run. */
  | { readonly type: 'notice'; readonly task: string | null; readonly message: string }
  /** External files of a stage are brought before its key can be computed. */
  | { readonly type: 'stage-preparing'; readonly task: string; readonly use: string }
  /** Another run is at the same result. */
  | { readonly type: 'stage-waiting'; readonly task: string }
  | {
      readonly type: 'stage-started';
      readonly task: string;
      readonly use: string;
      readonly why: string;
      /** From earlier results of the same stage; null if there are none. */
      readonly expected: number | null;
    }
  | { readonly type: 'stage-progress'; readonly task: string; readonly progress: Progress }
  | { readonly type: 'stage-log'; readonly task: string; readonly line: string }
  | { readonly type: 'stage-warning'; readonly task: string; readonly line: string }
  | { readonly type: 'stage-finished'; readonly outcome: StageOutcome }
  | { readonly type: 'run-finished'; readonly status: 'done' | 'failed' | 'interrupted'; readonly seconds: number };

export type Listener = (event: RunEvent) => void;
