import { join } from 'node:path';
import { digestOf } from '@twoshot/artifact/canonical-json';
import { type Cause, fillIn, keyOf, type StagePresent } from '@twoshot/keys';
import type { StageWarning } from '@twoshot/events';
import type { RunResult } from '@twoshot/stage/host';
import { historyName, type Task } from '@twoshot/language';
import type { Manifest, Store, Waiting } from '@twoshot/store';

/** What a host produced and how. */
export interface Attempt {
  readonly result: RunResult;
  /** Directory that holds a directory for every output port. */
  readonly scratch: string;
  readonly log: string;
  readonly warnings: readonly StageWarning[];
  readonly seconds: number;
  readonly causes: readonly Cause[];
  readonly run: string;
}

async function readShown(task: Task, scratch: string): Promise<Manifest['metrics']> {
  const ports = Object.entries(task.node.declaration.outputs).filter(([, { shown }]) => shown === true);
  if (ports.length === 0) return {};
  const { readMetrics } = await import('@twoshot/artifact');
  return Object.fromEntries(
    await Promise.all(
      ports.map(async ([port]) => {
        const { values, protocol } = await readMetrics(join(scratch, port));
        return [port, { values, protocol }] as const;
      }),
    ),
  );
}

/**
 * Turns what a host left in scratch into a result of the store. The manifest is written last: if anything fails before,
 * there is no result.
 *
 * @throws ForeignFileError where an output holds something that is no file of its own
 */
export async function commit(
  store: Store,
  task: Task,
  present: StagePresent,
  attempt: Attempt,
  waiting: Waiting,
): Promise<Manifest> {
  const { result, scratch, log, warnings, seconds, causes, run } = attempt;
  const document = fillIn(present.base, result.reads, present.readable);
  const key = keyOf(document);
  const metrics = await readShown(task, scratch);
  const outputs = Object.entries(task.node.declaration.outputs);
  for (const [port] of outputs) await store.putArtifact(result.digests[port]!, join(scratch, port), waiting);
  const manifest: Manifest = {
    format: 1,
    key,
    document,
    reads: result.reads,
    stage: task.node.id,
    run,
    finished: Date.now(),
    seconds,
    bytes: result.bytes,
    peakMemory: result.peakMemory,
    outputs: Object.fromEntries(
      outputs.map(([port, { kind }]) => [port, { kind, digest: result.digests[port]!, ...task.provenance[port]! }]),
    ),
    metrics,
    code: present.code(),
    causes,
    warnings,
  };
  await store.putResult(digestOf(present.base), manifest, log);
  await store.remember(historyName(task), key);
  return manifest;
}
