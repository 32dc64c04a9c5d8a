import { logLine, type Listener, type StageWarning } from '@twoshot/events';

/** The log of one stage in one run: lines with the seconds since its start, which are events at the same time. */
export class TaskLog {
  readonly #task: string;
  readonly #emit: Listener;
  readonly #started = performance.now();
  readonly #lines: string[] = [];
  readonly #warnings: StageWarning[] = [];

  constructor(task: string, emit: Listener) {
    this.#task = task;
    this.#emit = emit;
  }

  line(line: string): void {
    const seconds = this.#add(line);
    this.#emit({ type: 'stage-log', task: this.#task, seconds, line });
  }

  /** A line that is shown as well. */
  warn(line: string): void {
    const seconds = this.#add(`warning: ${line}`);
    this.#warnings.push({ seconds, line });
    this.#emit({ type: 'stage-warning', task: this.#task, seconds, line });
  }

  text(): string {
    return this.#lines.join('');
  }

  /** In order of arrival. */
  warnings(): readonly StageWarning[] {
    return this.#warnings;
  }

  #add(line: string): number {
    const seconds = Math.round((performance.now() - this.#started) / 10) / 100;
    this.#lines.push(`${logLine(seconds, line)}\n`);
    return seconds;
  }
}
