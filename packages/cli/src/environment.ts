import { printable } from '@twoshot/terminal';

/** The environment of a command, injected so that tests can call it. */
export interface Environment {
  /** Absolute path of the working directory. */
  readonly cwd: string;
  /** Absolute path of the workspace. */
  readonly workspace: string;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Standard output or error. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  hasColors?(): boolean;
  write(text: string): unknown;
}

/** The one place through which text reaches the user: what a terminal would obey in it is shown instead. */
export const writeLine = (output: Output, text: string): void => {
  output.write(`${printable(text)}\n`);
};

/** Tells warnings on standard error. */
export const warnOn =
  ({ stderr }: Pick<Environment, 'stderr'>) =>
  (line: string): void =>
    writeLine(stderr, `warning: ${line}`);
