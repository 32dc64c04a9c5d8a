import { spawn } from 'node:child_process';

export interface CommandResult {
  readonly code: number | null;
  /** Standard output and error, as they came. */
  readonly output: string;
}

export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
}

/**
 * Runs a program to its end.
 *
 * @returns null when there is no such program
 * @throws the signal's reason when it was aborted (the program is ended first)
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  { env, cwd, signal }: CommandOptions = {},
): Promise<CommandResult | null> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: env ?? process.env,
      ...(cwd && { cwd }),
    });
    const chunks: Buffer[] = [];
    const abort = (): void => void child.kill('SIGTERM');
    signal?.addEventListener('abort', abort, { once: true });
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error: NodeJS.ErrnoException) => {
      signal?.removeEventListener('abort', abort);
      if (error.code === 'ENOENT' || error.code === 'EACCES') resolve(null);
      else reject(error);
    });
    child.on('close', (code) => {
      signal?.removeEventListener('abort', abort);
      if (signal?.aborted) reject(signal.reason);
      else resolve({ code, output: Buffer.concat(chunks).toString('utf8') });
    });
  });
}
