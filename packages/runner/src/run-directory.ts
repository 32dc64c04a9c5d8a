import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Listener, RunEvent } from '@twoshot/events';
import { type Store, writeInto } from '@twoshot/store';

/** The folder of one run in the store: events, logs, the page and the outputs. */
export interface RunDirectory {
  readonly id: string;
  readonly path: string;
  readonly outputs: string;
  log(task: string): string;
  /** Keeps events as they come. */
  readonly listen: Listener;
  writeSummary(summary: unknown): Promise<void>;
  writePage(html: string): Promise<void>;
}

/** Shortest time between two kept steps of progress of a stage. */
const progressInterval = 1_000;

const runId = (now: Date): string =>
  `${now.toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15)}-${randomBytes(3).toString('hex')}`;

export function makeRunDirectory(store: Store, now: Date = new Date()): RunDirectory {
  const id = runId(now);
  const path = join(store.runs, id);
  mkdirSync(path, { recursive: true });
  const events = join(path, 'events.ndjson');
  const progressAt = new Map<string, number>();
  const isDue = (event: RunEvent, at: number): boolean => {
    if (event.type !== 'stage-progress') return event.type !== 'stage-log';
    if (at - (progressAt.get(event.task) ?? -Infinity) < progressInterval) return false;
    progressAt.set(event.task, at);
    return true;
  };
  return {
    id,
    path,
    outputs: join(path, 'outputs'),
    log: (task) => join(path, 'logs', `${encodeURIComponent(task)}.log`),
    listen(event) {
      const at = Date.now();
      // At once, so that the last events of a run that was killed can be read.
      try {
        if (isDue(event, at)) appendFileSync(events, `${JSON.stringify({ at, ...event })}\n`);
      } catch {
        // On a full disk a stage fails, too, and says so; what is told meanwhile must not end the run from here.
      }
    },
    writeSummary: (summary) => writeInto(store, join(path, 'run.json'), `${JSON.stringify(summary, null, 2)}\n`),
    writePage: (html) => writeInto(store, join(path, 'run.html'), html),
  };
}
