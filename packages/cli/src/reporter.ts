import type { Listener } from '@twoshot/events';
import { plainReporter } from '@twoshot/reporters';
import { writeLine, type Environment } from './environment.js';

const seconds = (): number => performance.now() / 1000;

/** Shows a run on standard error while it runs: live on a terminal, else as lines. */
export async function reporterOn({ stderr }: Environment): Promise<{ listener: Listener; close(): void }> {
  if (stderr.isTTY !== true)
    return { listener: plainReporter((line) => writeLine(stderr, line), seconds), close: () => undefined };
  const { liveReporter } = await import('@twoshot/reporters/live');
  const terminal = {
    // Node checks NO_COLOR, FORCE_COLOR and the kind of terminal.
    hasColours: stderr.hasColors?.() === true,
    get columns(): number {
      return stderr.columns ?? 80;
    },
    write: (text: string): void => void stderr.write(text),
  };
  const live = liveReporter(terminal, seconds);
  return { listener: live, close: () => live.close() };
}
