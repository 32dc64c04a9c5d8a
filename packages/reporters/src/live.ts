import type { Listener } from '@twoshot/events';
import { duration } from '@twoshot/page';
import { plainReporter } from './plain.js';
import { progressText, TimeLeft } from './progress-text.js';

/** The part of a terminal that the reporter needs. */
export interface Terminal {
  readonly columns: number;
  write(text: string): void;
}

interface Running {
  readonly since: number;
  readonly expected: number | null;
  readonly left: TimeLeft;
  text: string;
}

const redrawInterval = 100;
const clearBelow = '\u001B[0J';
const dim = (text: string): string => `\u001B[2m${text}\u001B[22m`;
const colours: Readonly<Record<string, number>> = { done: 32, failed: 31, warns: 33, cached: 34 };

const coloured = (line: string): string =>
  line.replace(/ (done|failed|warns|cached)\b/, (whole, word: string) => `\u001B[${colours[word]!}m${whole}\u001B[39m`);

/**
 * Tells a run on a terminal: one line for every running stage that changes in place, and above them what is over.
 *
 * @param now seconds of a clock that never goes back
 */
export function liveReporter(terminal: Terminal, now: () => number): Listener & { close(): void } {
  const running = new Map<string, Running>();
  let drawn = 0;
  let changed = false;
  const erase = (): string => `${drawn > 0 ? `\u001B[${drawn}A` : ''}\r${clearBelow}`;
  const lines = (): string[] =>
    [...running].map(([task, { since, expected, text }]) => {
      const passed = now() - since;
      const usual = expected === null || text !== '' ? '' : ` of about ${duration(expected)}`;
      // A line that wraps could not be erased.
      return `${task} ${duration(passed)}${usual}${text === '' ? '' : `  ${text}`}`.slice(0, terminal.columns - 1);
    });
  const draw = (): void => {
    const text = lines();
    terminal.write(`${erase()}${text.map((line) => `${dim(line)}\n`).join('')}`);
    drawn = text.length;
    changed = false;
  };
  const print = (line: string): void => {
    terminal.write(`${erase()}${coloured(line)}\n`);
    drawn = 0;
    draw();
  };
  const timer = setInterval(() => {
    if (changed || running.size > 0) draw();
  }, redrawInterval).unref();
  const tell = plainReporter(print, now);
  const begin = (task: string, expected: number | null): void => {
    running.set(task, { since: now(), expected, left: new TimeLeft(), text: '' });
  };
  const listener: Listener = (event) => {
    switch (event.type) {
      case 'stage-started':
        tell(event);
        begin(event.task, event.expected);
        changed = true;
        return;
      case 'stage-preparing':
        tell(event);
        begin(event.task, null);
        return;
      case 'stage-progress': {
        const stage = running.get(event.task);
        if (stage === undefined) return;
        const remaining = stage.left.update(event.progress, now());
        stage.text = `${progressText(event.progress)}${remaining === '' ? '' : `, ${remaining}`}`;
        changed = true;
        return;
      }
      case 'stage-finished':
        running.delete(event.outcome.task);
        tell(event);
        return;
      default:
        tell(event);
    }
  };
  return Object.assign(listener, {
    close() {
      clearInterval(timer);
      terminal.write(erase());
      drawn = 0;
    },
  });
}
