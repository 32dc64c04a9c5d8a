import {
  type Cause,
  type InputRecord,
  type InputRecords,
  type KeyContext,
  nearestResult,
  stagePresent,
} from '@twoshot/keys';
import { type Edge, historyName, type Note, sourcesOf, type Task } from '@twoshot/language';
import { earlierResults, findResult, type Manifest, type Store } from '@twoshot/store';

/** What a run would do with one stage. */
export interface PlannedStage {
  readonly task: Task;
  /** `unknown`: depends on results of upstream stages. */
  readonly state: 'cached' | 'run' | 'unknown';
  readonly causes: readonly Cause[];
  /** Tasks that have to run before the state is known. */
  readonly after: readonly string[];
  /** Absolute paths that are missing and would be downloaded first. */
  readonly missing: readonly string[];
  /** The result that would be used. */
  readonly result: Manifest | null;
  /** The result that `causes` compare with. */
  readonly compared: Manifest | null;
  /** Earlier results of the stage, latest first. */
  readonly earlier: readonly Manifest[];
}

export interface Plan {
  readonly pipeline: string;
  readonly store: Store;
  /** In topological order. */
  readonly stages: readonly PlannedStage[];
  /** What the pipeline file may not mean as it is written. */
  readonly notes: readonly Note[];
}

/** Duration of the latest result of a stage in seconds; null if it has none. */
export const expectedSeconds = ({ earlier }: Pick<PlannedStage, 'earlier'>): number | null =>
  earlier[0]?.seconds ?? null;

/**
 * Finds out what a run would do with each task, without running or writing anything.
 *
 * @param tasks in topological order
 */
export async function planTasks(
  tasks: readonly Task[],
  store: Store,
  context: KeyContext,
): Promise<readonly PlannedStage[]> {
  const planned = new Map<string, PlannedStage>();
  for (const task of tasks) planned.set(task.id, await planTask(task, planned, store, context));
  return [...planned.values()];
}

/** The nearest result is often behind those of many draws, which differ in more than the last change. */
const compared = 200;

async function planTask(
  task: Task,
  planned: ReadonlyMap<string, PlannedStage>,
  store: Store,
  context: KeyContext,
): Promise<PlannedStage> {
  const earlier = await earlierResults(store, historyName(task), compared);
  const nothing = { task, causes: [], after: [], missing: [], result: null, compared: null, earlier };
  const after = sourcesOf(task).filter((id) => planned.get(id)!.state !== 'cached');
  if (after.length > 0) return { ...nothing, state: 'unknown', after };
  const present = await stagePresent(task, inputsOf(task, planned), context);
  if (present.missing.length > 0 && task.node.declaration.prepares)
    return { ...nothing, state: 'unknown', missing: present.missing };
  const found = await findResult(store, task.node.declaration.outputs, present.base, present.readable);
  if (found.state === 'hit') return { ...nothing, state: 'cached', result: found.manifest };
  if (found.state === 'damaged') return { ...nothing, state: 'run', causes: [{ type: 'damaged' }] };
  const near = nearestResult(earlier, present, () => []);
  return {
    ...nothing,
    state: 'run',
    causes: near?.causes ?? [{ type: 'first-run' }],
    compared: near?.result ?? null,
  };
}

/** All sources are cached. */
function inputsOf(task: Task, planned: ReadonlyMap<string, PlannedStage>): InputRecords {
  const record = ({ stage, port }: Edge): InputRecord => {
    const { task: source, result } = planned.get(stage)!;
    return { digest: result!.outputs[port]!.digest, from: `${source.node.id}.${port}`, ...source.provenance[port]! };
  };
  return Object.fromEntries(
    Object.entries(task.inputs).map(([port, wired]) => [
      port,
      wired === null ? null : Array.isArray(wired) ? wired.map(record) : record(wired as Edge),
    ]),
  );
}
