import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { replaceDurably } from '@twoshot/disk';
import { eventLine, logLine, type RunEvent } from '@twoshot/events';
import type { Store } from '@twoshot/store';

/** Minimum time between two recorded progress events of a stage. */
const progressInterval = 1_000;

const runId = (now: Date): string =>
  `${now.toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15)}-${randomBytes(3).toString('hex')}`;

/** The folder of one run: events and logs as they come, at the end a summary, a page and the outputs. */
export class RunFolder {
  readonly run: string;
  readonly path: string;
  readonly #progressAt = new Map<string, number>();

  private constructor(run: string, path: string) {
    this.run = run;
    this.path = path;
  }

  static async create(store: Store, now: Date = new Date()): Promise<RunFolder> {
    const run = runId(now);
    return new RunFolder(run, await store.runFolder(run));
  }

  get outputs(): string {
    return join(this.path, 'outputs');
  }

  /** Writes each event at once, so that the last events of a killed run can be read. */
  keep(event: RunEvent): void {
    const at = Date.now();
    try {
      if (this.#isDue(event, at)) appendFileSync(join(this.path, 'events.ndjson'), eventLine(event, at));
      if (event.type === 'stage-log') this.#log(event.task, logLine(event.seconds, event.line));
      if (event.type === 'stage-warning') this.#log(event.task, logLine(event.seconds, `warning: ${event.line}`));
    } catch {
      // On a full disk a stage fails with its own error; writing events must not end the run first.
    }
  }

  write(name: string, text: string): Promise<void> {
    return replaceDurably(join(this.path, name), text);
  }

  #log(task: string, line: string): void {
    const logs = join(this.path, 'logs');
    if (!existsSync(logs)) mkdirSync(logs);
    appendFileSync(join(this.path, 'logs', `${encodeURIComponent(task)}.log`), `${line}\n`);
  }

  #isDue(event: RunEvent, at: number): boolean {
    if (event.type !== 'stage-progress') return true;
    if (at - (this.#progressAt.get(event.task) ?? -Infinity) < progressInterval) return false;
    this.#progressAt.set(event.task, at);
    return true;
  }
}
