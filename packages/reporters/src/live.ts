import type { Listener } from '@twoshot/events';
import { duration } from '@twoshot/page';
import { printableLine } from '@twoshot/terminal';
import { coloursOf, liveLines, type Colours, type Terminal } from '@twoshot/terminal/live';
import { plainReporter } from './plain.js';
import { progressText, TimeLeft } from './progress-text.js';

interface Running {
  readonly since: number;
  readonly expected: number | null;
  readonly left: TimeLeft;
  text: string;
}

const redrawInterval = 100;

/** The status of a stage, coloured. */
function coloured(line: string, { green, red, yellow, blue }: Colours): string {
  const colours: Readonly<Record<string, (text: string) => string>> = {
    done: green,
    failed: red,
    warns: yellow,
    cached: blue,
  };
  return line.replace(/(?<= )(done|failed|warns|cached)\b/, (word) => colours[word]!(word));
}

/**
 * Shows a run on a terminal: one line for each running stage, updated in place, and finished stages above.
 *
 * @param now monotonic clock, in seconds
 */
export function liveReporter(terminal: Terminal, now: () => number): Listener & { close(): void } {
  const running = new Map<string, Running>();
  const colours = coloursOf(terminal);
  const screen = liveLines(terminal);
  const lines = (): string[] =>
    [...running].map(([task, { since, expected, text }]) => {
      const usual = expected === null || text !== '' ? '' : ` of about ${duration(expected)}`;
      return colours.dim(printableLine(`${task} ${duration(now() - since)}${usual}${text === '' ? '' : `  ${text}`}`));
    });
  let changed = false;
  const draw = (): void => {
    screen.show(lines());
    changed = false;
  };
  const print = (line: string): void => {
    screen.show(lines());
    screen.print(coloured(line, colours));
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
      screen.close();
    },
  });
}
