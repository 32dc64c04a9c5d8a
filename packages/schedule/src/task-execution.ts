import type { Cause, StagePresent } from '@twoshot/keys';
import { engineUnavailable, type RunRequest } from '@twoshot/stage/host';
import type { Task } from '@twoshot/language';
import { unreachable } from '@twoshot/diagnostics';
import type { ExecutionEnd } from '@twoshot/executor';
import { engineFailure, hostError, lostError } from './host-errors.js';
import type { Waiting } from '@twoshot/store';
import { stageEnvironment } from './stage-environment.js';
import type { TaskContext, TaskEnd } from './task-context.js';
import type { TaskLog } from './task-log.js';

/** The part of an executor's request that every action shares. */
export const requestOf = (
  task: Task,
  bundle: string,
  present: StagePresent,
  context: TaskContext,
): Omit<RunRequest, 'kind' | 'inputs' | 'outputs' | 'checkpoints' | 'temporary'> => ({
  bundle,
  params: present.params,
  instanceSeed: present.readable.instanceSeed,
  pipelineSeed: present.readable.pipelineSeed,
  graph: task.graph,
  engine: task.node.declaration.engine === true ? { kind: context.engine.kind } : null,
  threads: present.threads,
  workspace: context.workspace,
  installs: task.node.declaration.installs ?? null,
  env: stageEnvironment(task.node.declaration.env ?? [], context.env),
});

/** What is told and done where a task waits for another run. */
export const waitingOf = (task: Task, { signal, emit }: TaskContext): Waiting => ({
  signal,
  onWait: (owner) => emit({ type: 'stage-waiting', task: task.id, owner }),
});

/** Has the executor carry out a request for a task; its messages go to the log and to the listeners. */
export async function execute(
  request: RunRequest,
  task: Task,
  log: TaskLog,
  { executor, emit, signal }: TaskContext,
): Promise<ExecutionEnd> {
  if (signal.aborted) return { type: 'stopped' };
  const execution = executor.start(request, {
    progress: (progress) => emit({ type: 'stage-progress', task: task.id, progress }),
    log: (line) => log.line(line),
    warn: (line) => log.warn(line),
  });
  signal.addEventListener('abort', execution.stop, { once: true });
  try {
    return await execution.end;
  } finally {
    signal.removeEventListener('abort', execution.stop);
  }
}

/** How a task ended that did not finish. */
export function endOf(
  end: Exclude<ExecutionEnd, { type: 'done' }>,
  task: Task,
  causes: readonly Cause[],
  { store }: TaskContext,
): TaskEnd {
  switch (end.type) {
    case 'stopped':
      return { type: 'interrupted' };
    case 'lost':
      return { type: 'failed', error: lostError(task.node, end.how), causes };
    case 'failed': {
      const { code, message } = end.error;
      const outside =
        code === 'disk-full'
          ? store.failureOf(Object.assign(new Error(message), { code: 'ENOSPC' }))
          : code === engineUnavailable
            ? engineFailure(message)
            : null;
      return { type: 'failed', error: hostError(task.node, end.error, outside), causes };
    }
    default:
      return unreachable(end);
  }
}
