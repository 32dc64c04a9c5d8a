import cliTruncate from 'cli-truncate';
import { createLogUpdate } from 'log-update';
import { createColors } from 'picocolors';

/** The part of a terminal that is needed here. */
export interface Terminal {
  readonly columns: number;
  /** False where `NO_COLOR` is set, and for terminals that have none. */
  readonly hasColours: boolean;
  write(text: string): void;
}

/** Lines at the end of a terminal that are updated in place. */
export interface LiveLines {
  /** Replaces the shown lines; each is cut to the width of the terminal. */
  show(lines: readonly string[]): void;
  /** Writes a permanent line above them. */
  print(line: string): void;
  close(): void;
}

export type Colours = Pick<ReturnType<typeof createColors>, 'blue' | 'dim' | 'green' | 'red' | 'yellow'>;

export const coloursOf = ({ hasColours }: Terminal): Colours => createColors(hasColours);

export function liveLines(terminal: Terminal): LiveLines {
  const stream = {
    isTTY: true,
    rows: Infinity,
    get columns(): number {
      return terminal.columns;
    },
    write(text: string): boolean {
      terminal.write(text);
      return true;
    },
  };
  // It asks for nothing else of a stream; the cursor stays, so that an end by a signal leaves the terminal as it was.
  const update = createLogUpdate(stream as NodeJS.WriteStream, { showCursor: true });
  let shown: readonly string[] = [];
  const draw = (): void => {
    if (shown.length === 0) update.clear();
    else update(shown.map((line) => cliTruncate(line, terminal.columns - 1)).join('\n'));
  };
  return {
    show(lines) {
      shown = lines;
      draw();
    },
    print(line) {
      update.clear();
      terminal.write(`${line}\n`);
      draw();
    },
    close: () => update.clear(),
  };
}
