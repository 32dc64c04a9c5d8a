import { type Cause, type InputRecord, nearestResult, stagePresent, type StagePresent, workOf } from '@twoshot/keys';
import { historyName, type Task } from '@twoshot/language';
import { earlierResults, findResult, type Manifest, writingTo } from '@twoshot/store';
import { executeTask } from './execute-task.js';
import { prepareTask } from './prepare-task.js';
import { waitingOf } from './task-execution.js';
import {
  demandOf,
  mapWired,
  type StoredInput,
  type TaskContext,
  type TaskEnd,
  type TaskInputs,
} from './task-context.js';

const recordOf = ({ digest, from, holds, seen, outside }: StoredInput): Promise<InputRecord> =>
  Promise.resolve({ digest, from, holds, seen, outside });

/** Lines of the log of an earlier run that the events of this one repeat; the store has all of them. */
const keptLines = 200;

/** Runs one task to its end: looks up its result, or has a host produce it. */
export async function runTask(task: Task, inputs: TaskInputs, context: TaskContext): Promise<TaskEnd> {
  const { store, signal } = context;
  const records = await mapWired(inputs.artifacts, recordOf);
  let present = await stagePresent(task, records, context);
  if (present.missing.length > 0 && task.node.declaration.prepares) {
    const end = await prepareTask(task, present, inputs, context);
    if (end !== null) return end;
    present = await stagePresent(task, records, context);
  }
  const found = await findResult(store, task.node.declaration.outputs, present.base, present.readable);
  if (found.state === 'hit' && !inputs.force) return cached(task, found.manifest, context);

  if (task.node.declaration.engine === true) {
    const other = await context.engine.ready(
      (message) => context.emit({ type: 'notice', task: null, message }),
      signal,
    );
    if (other !== null) return { type: 'replan', engine: other, dropped: null };
  }
  const lock = await writingTo(store, () =>
    store.lock(workOf(present, task.node.declaration).name, waitingOf(task, context)),
  );
  try {
    const meanwhile = await findResult(store, task.node.declaration.outputs, present.base, present.readable);
    if (meanwhile.state === 'hit' && !inputs.force) return await cached(task, meanwhile.manifest, context);
    const release = await context.capacity.acquire(demandOf(task, context.threads), inputs.priority, signal);
    try {
      const causes = await causesOf(task, present, inputs, meanwhile.state, context);
      return await writingTo(store, () => executeTask(task, present, inputs, causes, context));
    } finally {
      release();
    }
  } finally {
    await lock.release();
  }
}

async function cached(task: Task, manifest: Manifest, { store, emit }: TaskContext): Promise<TaskEnd> {
  await writingTo(store, () => store.remember(historyName(task), manifest.key));
  const lines = (await store.log(manifest.key))?.trimEnd().split('\n') ?? [];
  emit({
    type: 'stage-earlier-log',
    task: task.id,
    run: manifest.run,
    hidden: Math.max(0, lines.length - keptLines),
    lines: lines.slice(-keptLines),
  });
  // A warning belongs to the result: what it warns of still holds.
  for (const warning of manifest.warnings ?? [])
    emit({ type: 'stage-warning', task: task.id, run: manifest.run, ...warning });
  return { type: 'cached', manifest };
}

async function causesOf(
  task: Task,
  present: StagePresent,
  { force }: TaskInputs,
  state: string,
  context: TaskContext,
): Promise<readonly Cause[]> {
  if (state === 'damaged') return [{ type: 'damaged' }];
  const found = nearestResult(await earlierResults(context.store, historyName(task)), present, context.causesOf);
  if (found === null) return [{ type: 'first-run' }];
  return force && found.causes.length === 0 ? [{ type: 'forced' }] : found.causes;
}
