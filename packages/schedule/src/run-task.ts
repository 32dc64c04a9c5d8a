import {
  type Cause,
  type InputRecord,
  type InputRecords,
  nearestResult,
  stagePresent,
  type StagePresent,
  workOf,
} from '@twoshot/keys';
import { acquireLock } from '@twoshot/disk';
import type { InputArtifact } from '@twoshot/stage';
import { historyName, type Task } from '@twoshot/language';
import { earlierResults, findResult, type Manifest, remember, writingTo } from '@twoshot/store';
import { executeTask } from './execute-task.js';
import { prepareTask } from './prepare-task.js';
import { demandOf, type TaskContext, type TaskEnd, type TaskInputs } from './task-context.js';

const recordOf = ({ digest, from, holds, seen }: InputArtifact): InputRecord => ({ digest, from, holds, seen });

const recordsOf = (artifacts: TaskInputs['artifacts']): InputRecords =>
  Object.fromEntries(
    Object.entries(artifacts).map(([port, input]) => [
      port,
      input === null ? null : Array.isArray(input) ? input.map(recordOf) : recordOf(input as InputArtifact),
    ]),
  );

/** Runs one task to its end: looks its result up, and where there is none has a host make it. */
export async function runTask(task: Task, inputs: TaskInputs, context: TaskContext): Promise<TaskEnd> {
  const { store, signal } = context;
  const records = recordsOf(inputs.artifacts);
  let present = await stagePresent(task, records, context);
  if (present.missing.length > 0 && task.node.declaration.prepare !== undefined) {
    const end = await prepareTask(task, present, inputs, context);
    if (end !== null) return end;
    present = await stagePresent(task, records, context);
  }
  const found = await findResult(store, present.base, present.readable);
  if (found.state === 'hit' && !inputs.force) return cached(task, found.manifest, context);

  if (task.node.declaration.engine === true) {
    const other = await context.engine.ready(
      (message) => context.emit({ type: 'notice', task: null, message }),
      signal,
    );
    if (other !== null) return { type: 'replan', engine: other };
  }
  const lock = await writingTo(store.root, () =>
    acquireLock(store.lock(workOf(present, task.node.declaration).name), {
      signal,
      onWait: () => context.emit({ type: 'stage-waiting', task: task.id }),
    }),
  );
  try {
    const meanwhile = await findResult(store, present.base, present.readable);
    if (meanwhile.state === 'hit' && !inputs.force) return await cached(task, meanwhile.manifest, context);
    const release = await context.capacity.acquire(demandOf(task, context.threads), inputs.priority, signal);
    try {
      const causes = await causesOf(task, present, inputs, meanwhile.state, context);
      return await writingTo(store.root, () => executeTask(task, present, inputs, causes, context));
    } finally {
      release();
    }
  } finally {
    await lock.release();
  }
}

async function cached(task: Task, manifest: Manifest, { store }: TaskContext): Promise<TaskEnd> {
  await remember(store, historyName(task), manifest.key);
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
