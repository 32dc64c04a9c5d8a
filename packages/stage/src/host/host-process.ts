import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { hostError } from './host-error.js';
import { loadBundle } from './load-bundle.js';
import type { HostMessage, RunRequest, RunResult } from './protocol.js';
import { prepareDeclaration, runDeclaration } from './run-stage.js';
import { steadyProgress } from './steady-progress.js';

/**
 * The entry of a host: a process of its own that runs one stage for the runner, tells what happens over the IPC
 * channel, and ends. An interrupt aborts the stage's signal instead of killing it half-way; a stage that goes on
 * regardless is ended after `grace`.
 */
const grace = 1000;
const interrupted = new AbortController();

process.on('disconnect', () => process.exit(1));
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    interrupted.abort();
    setTimeout(() => process.exit(130), grace).unref();
  });
process.on('uncaughtException', (error) => end({ type: 'failed', error: hostError(error) }));
process.once('message', (request: RunRequest) => {
  answer(request).then(end, (error: unknown) => end({ type: 'failed', error: hostError(error) }));
});
new Worker(new URL('./parent-watch.js', import.meta.url), { workerData: process.ppid }).unref();

async function answer(request: RunRequest): Promise<HostMessage> {
  const { bundle, engine, threads, kind } = request;
  const { report, flush } = steadyProgress(
    (progress) => send({ type: 'progress', progress }),
    () => performance.now(),
  );
  const tell = {
    progress: report,
    log: (line: string): void => send({ type: 'log', line }),
    warn: (line: string): void => send({ type: 'warn', line }),
  };
  const { declaration, startBackend } = await loadBundle(bundle);
  if (engine !== null && kind === 'run') {
    if (startBackend === null) throw new TypeError(`${bundle} does not export startBackend of @twoshot/engine/backend`);
    const { readyBackend } = await import('@twoshot/engine/setup');
    await startBackend(await readyBackend(engine.kind), threads);
  }
  const run = { ...request, ...tell, signal: interrupted.signal };
  const reads = await (kind === 'run' ? runDeclaration(declaration, run) : prepareDeclaration(declaration, run));
  flush();
  return { type: 'done', reads, ...(await measure(request.outputs)) };
}

async function measure(outputs: RunRequest['outputs']): Promise<Omit<RunResult, 'reads'>> {
  const { digestArtifact } = await import('@twoshot/artifact');
  const digests: Record<string, string> = {};
  let bytes = 0;
  for (const [port, dir] of Object.entries(outputs)) {
    digests[port] = await digestArtifact(dir);
    for (const entry of await readdir(dir, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return { digests, bytes, peakMemory: process.resourceUsage().maxRSS * 1024 };
}

function send(message: HostMessage): void {
  process.send?.(message);
}

function end(message: HostMessage): void {
  if (process.send === undefined) process.exit(1);
  process.send(message, () => process.exit(0));
}
