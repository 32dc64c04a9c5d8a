import { stageBundles } from '../bundle/stage-bundles.js';
import { discoverCatalogue } from '../catalogue/discover.js';
import { failed, success, type Result } from '../diagnostics/failure.js';
import type { Edge } from '../pipeline/graph.js';
import type { InputRecord, InputRecords } from '../key/document.js';
import { loadDraws, type Draws } from '../run/load-draws.js';
import { cacheOf, type PipelineOptions } from '../run/run-pipeline.js';
import { RunProblem } from '../run/run-problem.js';
import { historyName } from '../schedule/commit.js';
import { stagePresent, type Surroundings } from '../schedule/stage-present.js';
import { sourcesOf, tasksOf, type Task } from '../schedule/task.js';
import { earlierResults } from '../store/history.js';
import type { Manifest } from '../store/manifest.js';
import { findResult } from '../store/results.js';
import { openForReading, type Store } from '../store/store.js';
import type { Cause } from './cause.js';
import { nearest } from './difference.js';

/** What a run would do with one stage. */
export interface PlannedStage {
  readonly task: Task;
  /** `unknown`: that depends on what stages above it come to. */
  readonly state: 'cached' | 'run' | 'unknown';
  readonly causes: readonly Cause[];
  /** Tasks that have to run before more is known. */
  readonly after: readonly string[];
  /** Absolute paths that are missing and would be brought first. */
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
}

export interface PlanOptions extends PipelineOptions {
  readonly draws: Draws | null;
}

/** Seconds that the latest result of a stage took; null if it has none. */
export const expectedSeconds = ({ earlier }: Pick<PlannedStage, 'earlier'>): number | null =>
  earlier[0]?.seconds ?? null;

/** Finds out what a run would do, without running or writing anything. */
export async function planPipeline(options: PlanOptions): Promise<Result<Plan>> {
  try {
    return await plan(options);
  } catch (error) {
    if (error instanceof RunProblem) return failed(error.failure);
    throw error;
  }
}

async function plan(options: PlanOptions): Promise<Result<Plan>> {
  const catalogue = await discoverCatalogue(options.workspace);
  if (!catalogue.ok) return catalogue;
  const drawn = await loadDraws(options.file, { ...options, catalogue: catalogue.value }, options.draws);
  if (!drawn.ok) return drawn;
  const store = await openForReading(options.store);
  if (!store.ok) return store;
  const { workspace } = options;
  const around: Surroundings = {
    workspace,
    cache: cacheOf(workspace),
    bundles: stageBundles(workspace, cacheOf(workspace)),
    engine: await options.engine(),
    threads: options.threads,
    env: process.env,
  };
  const planned = new Map<string, PlannedStage>();
  for (const task of tasksOf(drawn.value)) planned.set(task.id, await planTask(task, planned, store.value, around));
  return success({ pipeline: drawn.value[0]!.graph.name, store: store.value, stages: [...planned.values()] });
}

async function planTask(
  task: Task,
  planned: ReadonlyMap<string, PlannedStage>,
  store: Store,
  around: Surroundings,
): Promise<PlannedStage> {
  const earlier = await earlierResults(store, historyName(task));
  const nothing = { task, causes: [], after: [], missing: [], result: null, compared: null, earlier };
  const after = sourcesOf(task).filter((id) => planned.get(id)!.state !== 'cached');
  if (after.length > 0) return { ...nothing, state: 'unknown', after };
  const present = await stagePresent(task, inputsOf(task, planned), around);
  if (present.missing.length > 0 && task.node.declaration.prepare !== undefined)
    return { ...nothing, state: 'unknown', missing: present.missing };
  const found = await findResult(store, present.base, present.readable);
  if (found.state === 'hit') return { ...nothing, state: 'cached', result: found.manifest };
  if (found.state === 'damaged') return { ...nothing, state: 'run', causes: [{ type: 'damaged' }] };
  const near = nearest(earlier, present, () => []);
  return {
    ...nothing,
    state: 'run',
    causes: near?.causes ?? [{ type: 'first-run' }],
    compared: near?.manifest ?? null,
  };
}

/** All sources are cached. */
function inputsOf(task: Task, planned: ReadonlyMap<string, PlannedStage>): InputRecords {
  const record = ({ stage, port }: Edge): InputRecord => {
    const { task: source, result } = planned.get(stage)!;
    return { digest: result!.outputs[port]!.digest, from: `${source.node.id}.${port}`, ...source.sets[port]! };
  };
  return Object.fromEntries(
    Object.entries(task.inputs).map(([port, wired]) => [
      port,
      wired === null ? null : Array.isArray(wired) ? wired.map(record) : record(wired as Edge),
    ]),
  );
}
