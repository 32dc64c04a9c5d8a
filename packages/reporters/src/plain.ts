import { type Listener, notSelected, type StageOutcome } from '@twoshot/events';
import { duration } from '@twoshot/page';
import { printable, printableLine } from '@twoshot/terminal';
import { unreachable } from '@twoshot/diagnostics';
import { progressText, TimeLeft } from './progress-text.js';

/** Time between two progress lines of one stage, in seconds. */
const interval = 10;

/** The line for a stage that ends; none for a cached one without news. */
export function finishedText({ task, status, seconds, why, error }: StageOutcome): string {
  switch (status) {
    case 'ran':
      return `${task} done in ${duration(seconds)}`;
    case 'cached':
      return `${task} cached`;
    case 'failed':
      return `${task} failed: ${error?.message ?? why}`;
    case 'skipped':
      return `${task} skipped: ${why}`;
    default:
      return unreachable(status);
  }
}

/**
 * Prints a run line by line, for files and pipes.
 *
 * @param now monotonic clock, in seconds
 */
export function plainReporter(print: (line: string) => void, now: () => number): Listener {
  const write = (text: string): void => print(printable(text));
  const told = new Map<string, number>();
  const left = new Map<string, TimeLeft>();
  return (event) => {
    switch (event.type) {
      case 'run-started':
        return write(`${event.pipeline}: ${event.tasks.length} stages, run ${event.run}, store ${event.store}`);
      case 'notice':
        return write(printableLine(event.task === null ? event.message : `${event.task}: ${event.message}`));
      case 'stage-preparing':
        return write(`${event.task} downloads its files (${event.use})`);
      case 'stage-waiting':
        return write(`${event.task} waits for another run that produces the same result (${event.owner})`);
      case 'stage-started':
        return write(
          `${event.task} starts (${event.use}): ${event.why}${event.expected === null ? '' : `; took ${duration(event.expected)} last time`}`,
        );
      case 'stage-warning':
        return write(printableLine(`${event.task} warns: ${event.line}`));
      case 'stage-progress': {
        const { task, progress } = event;
        const clock = left.get(task) ?? new TimeLeft();
        left.set(task, clock);
        const remaining = clock.update(progress, now());
        if (!told.has(task)) told.set(task, now());
        if (now() - told.get(task)! < interval) return undefined;
        told.set(task, now());
        return write(`${task} ${progressText(progress)}${remaining === '' ? '' : `, ${remaining}`}`);
      }
      case 'stage-finished':
        // With `--only`, the user knows that the others do not run.
        return event.outcome.why === notSelected ? undefined : write(finishedText(event.outcome));
      case 'stage-log':
      case 'stage-earlier-log':
      case 'output':
      case 'run-finished':
        return undefined;
    }
  };
}
