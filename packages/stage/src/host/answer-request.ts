import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { loadBundle } from './load-bundle.js';
import type { RunRequest, RunResult } from './protocol.js';
import { prepareDeclaration, runDeclaration, type StageRun } from './run-stage.js';
import { steadyProgress } from './steady-progress.js';
import type { ReadWatch } from './undeclared-reads.js';

/** Messages while a request is carried out. */
export interface Tell extends Pick<StageRun, 'progress' | 'log' | 'warn'> {
  /** Called before and after the engine is loaded. */
  readonly engine?: (loaded: boolean) => void;
}

/**
 * Carries out a request in this process: loads the bundle, starts the engine if it uses it, and runs the stage.
 *
 * @param watch of what this process reads; null where it is not only the stage's
 */
export async function answerRequest(
  request: RunRequest,
  tell: Tell,
  signal: AbortSignal,
  watch: ReadWatch | null = null,
): Promise<RunResult> {
  const { bundle, engine, threads, kind } = request;
  const { report, flush } = steadyProgress(tell.progress, () => performance.now());
  const { declaration, startBackend } = await loadBundle(bundle);
  watch?.declared(declaration, request);
  if (engine !== null && kind === 'run') {
    if (startBackend === null) throw new TypeError(`${bundle} does not export startBackend of @twoshot/engine/backend`);
    const { readyBackend } = await import('@twoshot/engine/setup');
    tell.engine?.(false);
    // What makes an engine what it is stands in its identity.
    watch?.pause();
    await startBackend(await readyBackend(engine.kind), threads);
    watch?.resume();
    tell.engine?.(true);
  }
  const run = { ...request, ...tell, progress: report, signal };
  const reads = await (kind === 'run' ? runDeclaration(declaration, run) : prepareDeclaration(declaration, run));
  flush();
  const warning = watch?.warning() ?? null;
  if (warning !== null) tell.warn(warning);
  return { reads, ...(await measure(request.outputs)) };
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
