import type { Cause, StagePresent } from '@twoshot/keys';
import type { RunRequest } from '@twoshot/stage/host';
import type { Task } from '@twoshot/language';
import { storeFailure } from '@twoshot/store';
import { unreachable } from '@twoshot/diagnostics';
import { type HostEnd, runInHost } from '@twoshot/executor';
import { hostError, lostError } from './host-errors.js';
import type { TaskContext, TaskEnd } from './task-context.js';
import type { TaskLog } from './task-log.js';

/** What a host is asked about a stage, whatever it is to do. */
export const requestOf = (
  task: Task,
  present: StagePresent,
  context: TaskContext,
): Omit<RunRequest, 'kind' | 'inputs' | 'outputs' | 'checkpoints'> => ({
  bundle: present.bundle.file,
  params: present.params,
  instanceSeed: present.readable.instanceSeed,
  pipelineSeed: task.pipelineSeed,
  graph: task.graph,
  engine: task.node.declaration.engine === true ? { kind: context.engine.kind } : null,
  threads: present.threads,
  workspace: context.workspace,
});

/** Has a host carry out a request for a task; what it tells goes to the log and to the listeners. */
export function hostTask(
  request: RunRequest,
  task: Task,
  log: TaskLog,
  { emit, signal }: TaskContext,
): Promise<HostEnd> {
  const id = task.id;
  return runInHost(
    request,
    {
      progress: (progress) => emit({ type: 'stage-progress', task: id, progress }),
      log(line) {
        log.line(line);
        emit({ type: 'stage-log', task: id, line });
      },
      warn(line) {
        log.line(`warning: ${line}`);
        emit({ type: 'stage-warning', task: id, line });
      },
    },
    signal,
  );
}

/** How a task ended whose host did not come to its end. */
export function endOf(
  end: Exclude<HostEnd, { type: 'done' }>,
  task: Task,
  causes: readonly Cause[],
  context: TaskContext,
): TaskEnd {
  switch (end.type) {
    case 'interrupted':
      return { type: 'interrupted' };
    case 'lost':
      return { type: 'failed', error: lostError(task.node, end), causes };
    case 'failed': {
      const full = end.error.code === 'disk-full' ? 'ENOSPC' : '';
      const failure = storeFailure(context.store.root, full, end.error.message);
      return { type: 'failed', error: hostError(task.node, end.error, failure), causes };
    }
    default:
      return unreachable(end);
  }
}
