import {
  type HostError,
  type HostMessage,
  hostProcessPath,
  type RunRequest,
  type RunResult,
} from '@twoshot/stage/host';
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

/** Milliseconds for a stage to end by itself when it is interrupted. */
const grace = 3_000;

async function eachLine(lines: AsyncIterable<unknown>, tell: (line: string) => void): Promise<void> {
  for await (const line of lines) tell(String(line).trimEnd());
}

/** Ends all processes that a host has started: it leads a process group of its own. */
function killGroup(leader: number | undefined): void {
  try {
    if (leader !== undefined) process.kill(-leader, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
}

/** Runs one request in a process of its own. It ends within `grace` once `signal` is aborted. */
export async function runInHost(request: RunRequest, listener: HostListener, signal: AbortSignal): Promise<HostEnd> {
  if (signal.aborted) return { type: 'interrupted' };
  // Loaded here, since a run that has everything cached starts no process.
  const { execaNode } = await import('execa');
  const host = execaNode(hostProcessPath, {
    // What the runner was started with, such as a debugger's port, is not for its hosts.
    nodeOptions: [],
    ipc: true,
    serialization: 'json',
    stdin: 'ignore',
    buffer: false,
    reject: false,
    // Ctrl-C on a terminal reaches the runner alone, which then ends the hosts in order.
    detached: true,
    cancelSignal: signal,
    forceKillAfterDelay: grace,
  });
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
      default:
        return undefined;
    }
  });
  // A host that died before it could listen is told apart by how it ended.
  host.send(request, () => undefined);
  const log = (line: string): void => listener.log(line);
  const output = Promise.all([
    eachLine(host.iterable({ from: 'stdout' }), log),
    eachLine(host.iterable({ from: 'stderr' }), log),
  ]);
  const { exitCode, signal: killed } = await host;
  killGroup(host.pid);
  await output;
  const end = answer as HostEnd | null;
  if (signal.aborted && end?.type !== 'done') return { type: 'interrupted' };
  return end ?? { type: 'lost', code: exitCode ?? null, signal: killed ?? null };
}
