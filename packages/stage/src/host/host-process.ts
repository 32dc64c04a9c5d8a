import { Worker } from 'node:worker_threads';
import type { Progress } from '../declaration.js';
import { hostError } from './host-error.js';
import { answerRequest } from './answer-request.js';
import { boundedLines, warningLimits } from './bounded-lines.js';
import type { HostMessage, RunRequest } from './protocol.js';
import { ReadWatch } from './undeclared-reads.js';

/**
 * The entry of a host: a process of its own that runs one stage for the runner, tells what happens over the IPC
 * channel, and ends. An interrupt aborts the stage's signal instead of killing it half-way; a stage that goes on
 * regardless is ended after `grace`.
 */
const grace = 1000;
const interrupted = new AbortController();

const log = boundedLines((line) => send({ type: 'log', line }));
const warnings = boundedLines((line) => send({ type: 'warn', line }), warningLimits);

const tell = {
  progress: (progress: Progress): void => send({ type: 'progress', progress }),
  log: log.line,
  warn: warnings.line,
  engine: (loaded: boolean): void => send({ type: 'engine', loaded }),
};

process.on('disconnect', () => process.exit(1));
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    interrupted.abort();
    setTimeout(() => process.exit(130), grace).unref();
  });
process.on('uncaughtException', (error) => end({ type: 'failed', error: hostError(error) }));
process.once('message', (request: RunRequest) => {
  // What is prepared, such as a download, comes before the key.
  const watch = request.kind === 'run' ? new ReadWatch(request) : null;
  answerRequest(request, tell, interrupted.signal, watch).then(
    (result) => end({ type: 'done', ...result }),
    (error: unknown) => end({ type: 'failed', error: hostError(error) }),
  );
});
new Worker(new URL('./parent-watch.js', import.meta.url), { workerData: process.ppid }).unref();

function send(message: HostMessage): void {
  process.send?.(message);
}

function end(message: HostMessage): void {
  if (process.send === undefined) process.exit(1);
  for (const lines of [log, warnings]) lines.end();
  process.send(message, () => process.exit(0));
}
