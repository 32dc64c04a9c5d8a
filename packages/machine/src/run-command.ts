export interface CommandResult {
  /** Null when a signal ended the program. */
  readonly code: number | null;
  /** Standard output and error, as they came. */
  readonly output: string;
}

export interface CommandOptions {
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/**
 * Runs a program to its end.
 *
 * @returns null when the program does not exist or may not run
 * @throws the signal's reason when it was aborted (the program is ended first), or why the program could not start
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  { env = {}, signal }: CommandOptions = {},
): Promise<CommandResult | null> {
  // Loaded late: most processes that have an engine start no program.
  const { execa } = await import('execa');
  signal?.throwIfAborted();
  const result = await execa(command, args, {
    reject: false,
    all: true,
    stdin: 'ignore',
    stripFinalNewline: false,
    env,
    ...(signal && { cancelSignal: signal }),
  });
  if (result.isCanceled) throw signal?.reason;
  if (result.code === 'ENOENT' || result.code === 'EACCES') return null;
  if (result.exitCode === undefined && result.signal === undefined) throw result.cause ?? result;
  return { code: result.exitCode ?? null, output: result.all };
}
