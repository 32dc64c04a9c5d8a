/** Characters of a line of a log; the rest of a longer one is left out. */
const longestLine = 10_000;
/** How much is told of what a stage says. */
export interface LineLimits {
  /** Lines and characters that are told as they come. */
  readonly lines: number;
  readonly characters: number;
  /** Lines at the end that are told as well: they say how it ended. */
  readonly last: number;
  /** Says how many lines between them are left out. */
  readonly leftOut: (count: number) => string;
}

export const logLimits: LineLimits = {
  lines: 50_000,
  characters: 8_000_000,
  last: 100,
  leftOut: (count) => `(${count} lines left out: a log has at most 50000 lines and 8 MB)`,
};

/** Warnings are shown, and are kept with the result. */
export const warningLimits: LineLimits = {
  lines: 100,
  characters: 100_000,
  last: 10,
  leftOut: (count) => `(${count} warnings left out: the first 100 and the last 10 are shown)`,
};

export interface BoundedLines {
  /** @param more characters of the line that are left out already */
  readonly line: (text: string, more?: number) => void;
  /** Tells the end of a log that was too long, and how much is left out before it. */
  readonly end: () => void;
}

/**
 * Passes on a log that has an end: a stage in a loop writes more than a disk or a text of the language can hold, and
 * must not lose its result by it.
 */
export function boundedLines(
  tell: (line: string) => void,
  { lines, characters: maxCharacters, last: lastLines, leftOut }: LineLimits = logLimits,
): BoundedLines {
  let told = 0;
  let characters = 0;
  let held = 0;
  let last: string[] = [];
  return {
    line(text, more = 0) {
      const shown = shortened(text, more);
      characters += shown.length;
      if (held === 0 && told < lines && characters <= maxCharacters) {
        told += 1;
        return tell(shown);
      }
      held += 1;
      last.push(shown);
      if (last.length > 2 * lastLines) last = last.slice(-lastLines);
    },
    end() {
      const kept = last.slice(-lastLines);
      if (held > kept.length) tell(leftOut(held - kept.length));
      for (const each of kept) tell(each);
      [held, last] = [0, []];
    },
  };
}

function shortened(text: string, more: number): string {
  const rest = more + Math.max(0, text.length - longestLine);
  return rest === 0 ? text : `${text.slice(0, longestLine)}... (${rest} more characters)`;
}

/**
 * Cuts a stream of text into lines, of which it never holds more than a line may have.
 *
 * @param line is called with every line, without its end, and with how many characters of it are left out
 */
export async function eachLine(
  chunks: AsyncIterable<string>,
  line: (text: string, more: number) => void,
): Promise<void> {
  let rest = '';
  let dropped = 0;
  const flush = (): void => {
    line(rest.trimEnd(), dropped);
    rest = '';
    dropped = 0;
  };
  for await (const chunk of chunks) {
    const parts = chunk.split('\n');
    for (const [at, part] of parts.entries()) {
      if (at > 0) flush();
      const room = Math.max(0, longestLine - rest.length);
      rest += part.slice(0, room);
      dropped += Math.max(0, part.length - room);
    }
  }
  if (rest !== '' || dropped > 0) flush();
}
