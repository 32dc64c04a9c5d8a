import { externalDigests, type StagePresent } from '@twoshot/keys';
import type { RunRequest } from '@twoshot/stage/host';
import { changedCodeError } from './host-errors.js';
import { TaskLog } from './task-log.js';
import type { Task } from '@twoshot/language';
import { writingTo } from '@twoshot/store';
import { canonicalJson, digestOf } from '@twoshot/artifact/canonical-json';
import { demandOf, type TaskContext, type TaskEnd, type TaskInputs } from './task-context.js';
import { endOf, execute, requestOf, waitingOf } from './task-execution.js';

/** Has a stage download its external files; null when it may continue. */
export async function prepareTask(
  task: Task,
  present: StagePresent,
  inputs: TaskInputs,
  context: TaskContext,
): Promise<TaskEnd | null> {
  const { store, signal, emit } = context;
  const lock = await writingTo(store, () =>
    store.lock(`prepare-${digestOf(present.missing)}`, waitingOf(task, context)),
  );
  try {
    const digests = Object.values(await externalDigests(task, context));
    if (canonicalJson(digests) !== canonicalJson(Object.values(present.readable.external))) return null;
    const bundle = await context.bundles.whole(task.node, present.bundle.hash);
    if (bundle === null) return { type: 'failed', error: changedCodeError(task.node), causes: [] };
    const release = await context.capacity.acquire(demandOf(task, context.threads), inputs.priority, signal);
    emit({ type: 'stage-preparing', task: task.id, use: task.node.use });
    const log = new TaskLog(task.id, emit);
    try {
      const request: RunRequest = {
        ...requestOf(task, bundle, present, context),
        kind: 'prepare',
        inputs: {},
        outputs: {},
        checkpoints: null,
        temporary: null,
        engine: null,
      };
      const end = await execute(request, task, log, context);
      return end.type === 'done' ? null : endOf(end, task, [], context);
    } finally {
      release();
    }
  } finally {
    await lock.release();
  }
}
