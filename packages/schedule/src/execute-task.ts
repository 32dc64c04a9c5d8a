import { lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Cause, describeCauses, externalDigests, type StagePresent, workOf } from '@twoshot/keys';
import { engineUnavailable, type RunRequest } from '@twoshot/stage/host';
import { historyName, type Task } from '@twoshot/language';
import { stageError } from '@twoshot/events';
import { earlierResults, ForeignFileError, type Manifest } from '@twoshot/store';
import { canonicalJson } from '@twoshot/artifact/canonical-json';
import { commit } from './commit.js';
import { changedCodeError, changedInputError, foreignFileError } from './host-errors.js';
import { dropChangedInputs, placeInputs } from './stage-inputs.js';
import type { TaskContext, TaskEnd, TaskInputs } from './task-context.js';
import { TaskLog } from './task-log.js';
import { endOf, execute, requestOf, waitingOf } from './task-execution.js';

/** Seconds between the checkpoints of a stage; never changes a result. */
function checkpointSeconds(env: Readonly<Record<string, string | undefined>>): number {
  const asked = Number(env['TWOSHOT_CHECKPOINT_SECONDS'] ?? Number.NaN);
  return asked >= 0 ? asked : 30;
}

/** Has the executor run a task, and stores the result. */
export async function executeTask(
  task: Task,
  present: StagePresent,
  inputs: TaskInputs,
  causes: readonly Cause[],
  context: TaskContext,
): Promise<TaskEnd> {
  const { store, emit } = context;
  const bundle = await context.bundles.whole(task.node, present.bundle.hash);
  if (bundle === null) return { type: 'failed', error: changedCodeError(task.node), causes };
  const placed = await placeInputs(inputs.artifacts, store);
  const earlier = await earlierResults(store, historyName(task));
  const why = describeCauses(causes);
  emit({ type: 'stage-started', task: task.id, use: task.node.use, why, expected: earlier[0]?.seconds ?? null });
  const { declaration } = task.node;
  const waiting = waitingOf(task, context);
  const { kind, name } = workOf(present, declaration);
  const checkpoints = store.checkpoints(kind, name);
  // Forcing a stage ignores its checkpoints.
  if (inputs.force) await checkpoints.remove();
  const scratch = await store.scratch();
  const log = new TaskLog(task.id, emit);
  const started = performance.now();
  try {
    log.line(`${task.id} (${task.node.use}): ${why}`);
    const outputs: Record<string, string> = {};
    for (const port of Object.keys(declaration.outputs)) {
      outputs[port] = join(scratch.path, port);
      await mkdir(outputs[port]);
    }
    // No port has such a name.
    const temporary = join(scratch.path, '.temporary');
    await mkdir(temporary);
    const request: RunRequest = {
      ...requestOf(task, bundle, present, context),
      kind: 'run',
      inputs: placed,
      outputs,
      temporary,
      checkpoints: {
        folder: checkpoints.folder,
        sharesCheckpoints: declaration.length !== undefined && !inputs.force,
        seconds: checkpointSeconds(context.env),
      },
    };
    const end = await execute(request, task, log, context);
    const seconds = (performance.now() - started) / 1000;
    if (end.type === 'failed') log.line(end.error.stack ?? end.error.message);
    // Where the store was moved away everything below would look as if the stage had done it.
    await lstat(scratch.path);
    const changed = await dropChangedInputs(inputs.artifacts, store);
    if (changed.length > 0 && end.type !== 'stopped') {
      await checkpoints.remove();
      return { type: 'failed', error: changedInputError(task.node, changed), causes };
    }
    if (end.type === 'failed' && end.error.code === engineUnavailable) {
      const other = context.engine.without(end.error.message, (message) =>
        emit({ type: 'notice', task: null, message }),
      );
      if (other !== null) return { type: 'replan', engine: other, dropped: null };
    }
    if (end.type !== 'done') return endOf(end, task, causes, context);
    const external = await externalDigests(task, context);
    if (canonicalJson(external) !== canonicalJson(present.readable.external)) {
      await checkpoints.remove();
      const message = 'a file or folder that its external params name changed while it ran; run it again';
      return { type: 'failed', error: stageError(task.node.id, 'changed-while-running', message, true), causes };
    }
    const attempt = {
      result: end.result,
      scratch: scratch.path,
      log: log.text(),
      warnings: log.warnings(),
      seconds,
      causes,
      run: context.run,
    };
    let manifest: Manifest;
    try {
      manifest = await commit(store, task, present, attempt, waiting);
    } catch (error) {
      if (!(error instanceof ForeignFileError)) throw error;
      return { type: 'failed', error: foreignFileError(task.node, error), causes };
    }
    await checkpoints.keepEnds();
    return { type: 'ran', manifest, causes, seconds };
  } finally {
    await scratch.remove();
  }
}
