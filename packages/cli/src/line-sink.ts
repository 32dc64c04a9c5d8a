import { type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { failed, type Result, success } from '@twoshot/diagnostics';
import { type Environment, writeLine } from './environment.js';

/** Where lines of a command go: a file that the user names, or standard output. */
export interface LineSink {
  write(line: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * A file keeps what it holds until the first line is written.
 *
 * @param output as the user typed it; undefined for standard output
 */
export async function lineSink(
  output: string | undefined,
  { cwd, stdout }: Pick<Environment, 'cwd' | 'stdout'>,
): Promise<Result<LineSink>> {
  if (output === undefined)
    return success({
      write: (line) => Promise.resolve(writeLine(stdout, line)),
      close: () => Promise.resolve(),
    });
  let file: FileHandle;
  try {
    file = await open(resolve(cwd, output), 'a');
  } catch (error) {
    const message = `${output} cannot be written: ${error instanceof Error ? error.message : String(error)}`;
    return failed({ code: 'command-line', message, where: null });
  }
  let isOurs = false;
  return success({
    async write(line) {
      if (!isOurs && (await file.stat()).isFile()) await file.truncate();
      isOurs = true;
      await file.write(`${line}\n`);
    },
    close: () => file.close(),
  });
}
