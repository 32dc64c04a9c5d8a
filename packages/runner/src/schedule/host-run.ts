import { fork, type ChildProcess } from 'node:child_process';
import type { HostError, HostMessage, RunRequest, RunResult } from '@twoshot/stage/host';
import { hostProcessPath } from '@twoshot/stage/host';
import type { Progress } from '@twoshot/stage';

/** How a host ended. */
export type HostEnd =
  | { readonly type: 'done'; readonly result: RunResult }
  | { readonly type: 'failed'; readonly error: HostError }
  /** Ended without a word: killed, out of memory, a fault in native code. */
  | { readonly type: 'lost'; readonly code: number | null; readonly signal: string | null }
  | { readonly type: 'interrupted' };

export interface HostListener {
  progress(progress: Progress): void;
  /** A line of the log: told by the stage, or written to standard output or error. */
  log(line: string): void;
  warn(line: string): void;
}

/** Time for a stage to end by itself when it is interrupted. */
const grace = 3_000;

function eachLine(stream: NodeJS.ReadableStream | null, tell: (line: string) => void): void {
  let rest = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop()!;
    for (const line of lines) tell(line.replace(/\r$/, ''));
  });
  stream?.on('end', () => {
    if (rest !== '') tell(rest);
  });
}

/** Ends a host with everything that it started: it leads a process group of its own. */
function kill(host: ChildProcess): void {
  try {
    process.kill(-host.pid!, 'SIGKILL');
  } catch {
    host.kill('SIGKILL');
  }
}

/** Runs one request in a process of its own. It ends within `grace` once `signal` is aborted. */
export function runInHost(request: RunRequest, listener: HostListener, signal: AbortSignal): Promise<HostEnd> {
  if (signal.aborted) return Promise.resolve({ type: 'interrupted' });
  // Detached: Ctrl-C on a terminal reaches the runner alone, which then ends the hosts in order.
  const host = fork(hostProcessPath, [], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], detached: true, execArgv: [] });
  eachLine(host.stdout, (line) => listener.log(line));
  eachLine(host.stderr, (line) => listener.log(line));
  let answer: HostEnd | null = null;
  host.on('message', (message: HostMessage) => {
    switch (message.type) {
      case 'progress':
        return listener.progress(message.progress);
      case 'log':
        return listener.log(message.line);
      case 'warn':
        return listener.warn(message.line);
      case 'done':
        answer = { type: 'done', result: message };
        return undefined;
      case 'failed':
        answer = { type: 'failed', error: message.error };
        return undefined;
    }
  });
  return new Promise((resolve, reject) => {
    let deadline: NodeJS.Timeout | undefined;
    const interrupt = (): void => {
      host.kill('SIGTERM');
      deadline = setTimeout(() => kill(host), grace);
    };
    signal.addEventListener('abort', interrupt, { once: true });
    host.on('error', reject);
    // `close` comes after `exit` and after the last line of both streams.
    host.on('close', (code, killed) => {
      clearTimeout(deadline);
      signal.removeEventListener('abort', interrupt);
      if (signal.aborted && answer?.type !== 'done') resolve({ type: 'interrupted' });
      else resolve(answer ?? { type: 'lost', code, signal: killed });
    });
    host.send(request, (error) => {
      // The host died before it could listen; `close` tells how.
      if (error !== null) host.kill('SIGKILL');
    });
  });
}
