import type { RunEvent, RunTask, StageOutcome, StageWarning } from './events.js';
import { logLine } from './events.js';
import { metricsOf } from './metrics.js';
import type { RunError } from './run-error.js';
import type { RunResult } from './run-result.js';
import { sweepsOf } from './sweeps.js';

/** Number of log lines kept; the events file has all of them. */
const keptLines = 200;

/** The end of a log. */
export interface LogEnd {
  readonly lines: readonly string[];
  /** Lines before these. */
  readonly hidden: number;
}

/** A stage without a finish event: the run was interrupted before, or is still running. */
const unfinished = ({ task, stage, draw, use }: RunTask): StageOutcome => ({
  task,
  stage,
  draw,
  use,
  status: 'skipped',
  seconds: 0,
  started: null,
  resultSeconds: null,
  key: null,
  why: 'interrupted',
  digests: {},
  metrics: {},
  peakMemory: null,
  error: null,
});

/** An internal error precedes a user's mistake, since fixing the mistake would not help. */
const firstOf = (errors: readonly RunError[]): RunError | null => errors.find(({ user }) => !user) ?? errors[0] ?? null;

/** The state of a run so far, gathered from its events. */
export class RunRecord {
  #start: Extract<RunEvent, { type: 'run-started' }> | null = null;
  #end: Extract<RunEvent, { type: 'run-finished' }> | null = null;
  readonly #outcomes = new Map<string, StageOutcome>();
  readonly #outputs = new Map<string, string>();
  readonly #logs = new Map<string, { lines: string[]; hidden: number }>();
  readonly #warnings = new Map<string, StageWarning[]>();

  static of(events: Iterable<RunEvent>): RunRecord {
    const record = new RunRecord();
    for (const event of events) record.add(event);
    return record;
  }

  add(event: RunEvent): void {
    switch (event.type) {
      case 'run-started':
        this.#start = event;
        break;
      case 'stage-started':
      case 'stage-preparing':
        this.#logs.delete(event.task);
        this.#warnings.delete(event.task);
        break;
      case 'stage-log':
        this.#log(event.task, logLine(event.seconds, event.line));
        break;
      case 'stage-warning':
        this.#warn(event);
        break;
      case 'stage-earlier-log':
        this.#logs.set(event.task, { lines: [...event.lines], hidden: event.hidden });
        this.#warnings.delete(event.task);
        break;
      case 'stage-finished':
        // A stage may finish twice: another engine changes all keys.
        this.#outcomes.set(event.outcome.task, event.outcome);
        break;
      case 'output':
        this.#outputs.set(event.name, event.path);
        break;
      case 'run-finished':
        this.#end = event;
        break;
      default:
    }
  }

  /** In topological order. */
  get tasks(): readonly RunTask[] {
    return this.#start?.tasks ?? [];
  }

  /** The log of a task, or of the run that produced its result. */
  logOf(task: string): LogEnd {
    return this.#logs.get(task) ?? { lines: [], hidden: 0 };
  }

  result(): RunResult {
    const outcomes = this.tasks.map((task) => this.#outcomes.get(task.task) ?? unfinished(task));
    const whole = this.#end?.error ?? null;
    const metrics = metricsOf(outcomes);
    const errors = outcomes.flatMap(({ error }) => error ?? []);
    return {
      run: this.#start?.run ?? null,
      status: this.#end?.status ?? 'interrupted',
      pipeline: this.#start?.pipeline ?? '',
      seconds: this.#end?.seconds ?? 0,
      outcomes,
      warnings: Object.fromEntries(
        [...this.#warnings].map(([task, warnings]) => [task, warnings.map(({ line }) => line)]),
      ),
      outputs: Object.fromEntries(this.#outputs),
      metrics,
      sweeps: sweepsOf(this.tasks, metrics),
      error: whole ?? firstOf(errors),
      errors: errors.length === 0 && whole !== null ? [whole] : errors,
      directory: this.#start?.directory ?? null,
    };
  }

  #warn({ task, seconds, line, run }: Extract<RunEvent, { type: 'stage-warning' }>): void {
    const warnings = this.#warnings.get(task) ?? [];
    warnings.push({ seconds, line });
    this.#warnings.set(task, warnings);
    // The log of an earlier run has it.
    if (run === undefined) this.#log(task, logLine(seconds, `warning: ${line}`));
  }

  #log(task: string, line: string): void {
    const log = this.#logs.get(task) ?? { lines: [], hidden: 0 };
    this.#logs.set(task, log);
    log.lines.push(line);
    if (log.lines.length > keptLines) log.hidden += log.lines.splice(0, log.lines.length - keptLines).length;
  }
}
