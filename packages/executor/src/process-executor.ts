import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { cacheFolder, makeFolder } from '@twoshot/disk';
import {
  boundedLines,
  eachLine,
  engineUnavailable,
  hostMessage,
  type RunRequest,
  type RunResult,
  outOfMemory,
  outOfMemoryMessage,
  saysOutOfMemory,
} from '@twoshot/stage/host';
import type { ExecutionEnd, ExecutionListener, Executor } from './executor.js';
import { permissionOptions } from './host-permissions.js';
import { endLeftProcesses, hostVariable } from './left-processes.js';

/** Milliseconds for a stage to end by itself after an interrupt. */
const grace = 3_000;

const resultOf = ({ reads, digests, bytes, peakMemory }: RunResult): RunResult => ({
  reads,
  digests,
  bytes,
  peakMemory,
});

/** Ends all processes that a host has started: it leads its own process group. */
function killGroup(leader: number | undefined): void {
  try {
    if (leader !== undefined) process.kill(-leader, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
}

/** Threads of Node for files and native libraries, such as the decoders of images, where nothing else is said. */
const poolThreads = 4;

/** Whatever of it writes temporary files writes them where they are deleted. */
const environmentOf = ({ env, temporary, threads }: RunRequest, name: string): Record<string, string> => ({
  UV_THREADPOOL_SIZE: String(Math.max(poolThreads, threads)),
  ...env,
  ...(temporary === null ? {} : { TMPDIR: temporary, TMP: temporary, TEMP: temporary }),
  [hostVariable]: name,
});

/** In the log: a stage can write to the channel of its host. */
const foreign = '(a message that is not of the host is left out)';

async function run(request: RunRequest, listener: ExecutionListener, signal: AbortSignal): Promise<ExecutionEnd> {
  // Loaded here, since a fully cached run starts no process.
  const [{ execaNode }, { hostProcessPath }] = await Promise.all([import('execa'), import('@twoshot/stage/host-path')]);
  if (signal.aborted) return { type: 'stopped' };
  // A stage may make its own folder of the user's cache and not the cache; where that cannot be made, it says so.
  if (request.installs !== null) await makeFolder(cacheFolder()).catch(() => undefined);
  const name = randomUUID();
  const host = execaNode(hostProcessPath, {
    // Options of the runner's process, such as a debugger's port, must not apply to its hosts.
    nodeOptions: [...permissionOptions(request)],
    env: environmentOf(request, name),
    extendEnv: false,
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
  let answer: ExecutionEnd | null = null;
  let isLoadingEngine = false;
  const log = boundedLines((line) => listener.log(line));
  host.on('message', (received: unknown) => {
    const message = hostMessage(received);
    switch (message?.type) {
      case 'progress':
        return listener.progress(message.progress);
      case 'log':
        return listener.log(message.line);
      case 'warn':
        return listener.warn(message.line);
      case 'engine':
        isLoadingEngine = !message.loaded;
        return undefined;
      case 'done':
        if (!Object.keys(request.outputs).every((port) => port in message.digests)) return log.line(foreign);
        answer = { type: 'done', result: resultOf(message) };
        return undefined;
      case 'failed':
        answer = { type: 'failed', error: message.error };
        return undefined;
      default:
        return log.line(foreign);
    }
  });
  // A host that died before it could listen is recognised by how it ended.
  host.send(request, () => undefined);
  let memory = false;
  const output = Promise.all([
    linesOf(host.stdout, log.line),
    linesOf(host.stderr, (line, more) => {
      memory ||= saysOutOfMemory(line);
      log.line(line, more);
    }),
  ]);
  // Before the output is waited for: what the host has started may hold it open.
  host.once('exit', () => {
    killGroup(host.pid);
    for (const pid of endLeftProcesses(name, host.pid))
      listener.warn(`it left process ${pid} running, which is ended: a stage is over with all that it has started`);
  });
  const { exitCode, signal: killed } = await host;
  await output;
  log.end();
  const end = answer as ExecutionEnd | null;
  if (signal.aborted && end?.type !== 'done') return { type: 'stopped' };
  if (end === null && isLoadingEngine && crashes.has(killed ?? '')) return brokenEngine(killed ?? '');
  if (memory && end?.type !== 'done') return withoutMemory(exitCode ?? null, killed ?? null);
  return end ?? { type: 'lost', how: lostHow(exitCode ?? null, killed ?? null) };
}

const linesOf = (stream: Readable, line: (text: string, more: number) => void): Promise<void> =>
  eachLine(stream.setEncoding('utf8') as AsyncIterable<string>, line);

const withoutMemory = (code: number | null, signal: string | null): ExecutionEnd => ({
  type: 'failed',
  error: {
    code: outOfMemory,
    message: outOfMemoryMessage(endedHow(code, signal)),
    file: null,
    line: null,
    column: null,
    stack: null,
    user: false,
  },
});

/** Signals that end a process which loads a damaged library, or one for another processor. */
const crashes = new Set<string>(['SIGBUS', 'SIGSEGV', 'SIGILL', 'SIGABRT', 'SIGFPE']);

const brokenEngine = (signal: string): ExecutionEnd => ({
  type: 'failed',
  error: {
    code: engineUnavailable,
    message: `the engine ended its process with ${signal} during loading; to fix it: twoshot engine remove && twoshot engine setup`,
    file: null,
    line: null,
    column: null,
    stack: null,
    user: true,
  },
});

const endedHow = (code: number | null, signal: string | null): string =>
  `its process was ended ${signal === null ? `with exit code ${String(code)}` : `by ${signal}`}`;

function lostHow(code: number | null, signal: string | null): string {
  const hint =
    signal === 'SIGKILL'
      ? '; the system may have run out of memory: run fewer stages at once (--jobs 1), or take smaller batches or images'
      : '';
  return `${endedHow(code, signal)}${hint}`;
}

/** Runs each task in a process of its own on this machine, which ends within three seconds of a stop request. */
export const processExecutor: Executor = {
  start(request, listener) {
    const controller = new AbortController();
    const end = run(request, listener, controller.signal).catch((error: unknown): ExecutionEnd => {
      const message = error instanceof Error ? error.message : String(error);
      return { type: 'lost', how: `its process could not be started: ${message}` };
    });
    return { end, stop: () => controller.abort() };
  },
};
