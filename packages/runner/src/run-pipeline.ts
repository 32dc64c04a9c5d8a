import { join } from 'node:path';
import { cacheOf, stageBundles, type StageBundles } from '@twoshot/keys';
import { sweepLocks } from '@twoshot/disk';
import {
  closureOfTasks,
  discoverCatalogue,
  type Drawn,
  type Draws,
  isNamed,
  loadDraws,
  sourcesOf,
  type Task,
  tasksOf,
  unknownNames,
} from '@twoshot/language';
import { Capacity, limitsOf, schedule, type SettledEngine, TaskLog } from '@twoshot/schedule';
import {
  drawsAreOne,
  errorOfFailure,
  figuresOf,
  type Listener,
  refused,
  type RunError,
  runJson,
  type RunResult,
  type StageOutcome,
} from '@twoshot/events';
import { openStore, type Store, sweepCheckpoints, sweepScratch, writingTo } from '@twoshot/store';
import { RunProblem } from '@twoshot/diagnostics';
import { writeRunPage } from '@twoshot/reporters';
import { copyOutputs } from './outputs.js';
import { makeRunDirectory, type RunDirectory } from './run-directory.js';

export interface PipelineOptions {
  /** Absolute path of the workspace root. */
  readonly workspace: string;
  /** Absolute path of the pipeline file. */
  readonly file: string;
  /** `stage.param=value` */
  readonly set: readonly string[];
  readonly seed?: number;
  /** Absolute path. */
  readonly store: string;
  /** Threads of a stage that takes all of the machine; keys of stages that take the engine depend on them. */
  readonly threads: number;
  /** Chosen once, before any key. */
  readonly engine: () => Promise<SettledEngine>;
}

export interface RunOptions extends PipelineOptions {
  readonly draws: Draws | null;
  /** Names of stages; these and what they need are run, or all if there are none. */
  readonly only: readonly string[];
  /** Names of stages that are run although they have a result. */
  readonly force: readonly string[];
  readonly jobs?: number;
  readonly listener: Listener;
  readonly signal: AbortSignal;
}

/** Runs a pipeline to its end; mistakes come back as the result's error. */
export async function runPipeline(options: RunOptions): Promise<RunResult> {
  const catalogue = await discoverCatalogue(options.workspace);
  if (!catalogue.ok) return refused(catalogue.failures.map((failure) => errorOfFailure(failure)));
  const drawn = await loadDraws(options.file, { ...options, catalogue: catalogue.value }, options.draws);
  if (!drawn.ok) return refused(drawn.failures.map((failure) => errorOfFailure(failure)));
  const tasks = tasksOf(drawn.value);
  const unknown = [...unknownNames('--only', options.only, tasks), ...unknownNames('--force', options.force, tasks)];
  if (unknown.length > 0) return refused(unknown.map((failure) => errorOfFailure(failure)));
  const store = await openStore(options.store);
  if (!store.ok) return refused(store.failures.map((failure) => errorOfFailure(failure)));
  try {
    return await writingTo(options.store, () => runOn(store.value, drawn.value, tasks, options));
  } catch (error) {
    if (error instanceof RunProblem) return refused([errorOfFailure(error.failure)], drawn.value[0]!.graph.name);
    throw error;
  }
}

async function runOn(
  store: Store,
  drawn: readonly Drawn[],
  tasks: readonly Task[],
  options: RunOptions,
): Promise<RunResult> {
  const { workspace, threads, only, force, jobs, signal } = options;
  const started = performance.now();
  const { graph } = drawn[0]!;
  const engine = await options.engine();
  await sweepScratch(store);
  await sweepCheckpoints(store);
  await sweepLocks(store.locks);
  const directory = makeRunDirectory(store);
  const emit: Listener = (event) => {
    directory.listen(event);
    options.listener(event);
  };
  emit({
    type: 'run-started',
    run: directory.id,
    pipeline: graph.name,
    file: graph.file,
    store: store.root,
    stages: tasks.map((task) => ({ task: task.id, use: task.node.use, from: sourcesOf(task) })),
  });
  const bundles = stageBundles(workspace, cacheOf(workspace));
  void bundleAhead(tasks, bundles);
  const { outcomes, interrupted } = await schedule(
    tasks,
    {
      workspace,
      cache: cacheOf(workspace),
      bundles,
      engine,
      threads,
      env: process.env,
      store,
      run: directory.id,
      capacity: new Capacity(limitsOf(jobs)),
      signal,
      emit,
      openLog: (task) => new TaskLog(directory.log(task.id)),
    },
    {
      only: only.length === 0 ? null : closureOfTasks(tasks, (task) => isNamed(only, task)),
      isForced: (task) => isNamed(force, task),
    },
  );
  if (drawsAreOne(outcomes))
    emit({
      type: 'notice',
      task: null,
      message:
        'all draws came to one result: no stage read its drawn param, so the mean is that of one draw; ' +
        '`twoshot stages NAME` says when a stage reads it',
    });
  const errors = outcomes.flatMap((outcome) => outcome.error ?? []);
  const seconds = (performance.now() - started) / 1000;
  const status = interrupted ? 'interrupted' : errors.length > 0 ? 'failed' : 'done';
  const result: RunResult = {
    run: directory.id,
    status,
    pipeline: graph.name,
    seconds,
    outcomes,
    outputs: {},
    figures: figuresOf(outcomes),
    error: interrupted ? interruption : firstOf(errors),
    errors,
    directory: directory.path,
  };
  const kept = await keep(result, drawn, tasks, store, directory);
  emit({ type: 'run-finished', status: kept.status, seconds });
  return kept;
}

/** Copies the outputs and writes down how a run came out. On a full disk the result says so and is told all the same. */
async function keep(
  result: RunResult,
  drawn: readonly Drawn[],
  tasks: readonly Task[],
  store: Store,
  directory: RunDirectory,
): Promise<RunResult> {
  let kept = result;
  try {
    await writingTo(store.root, async () => {
      kept = { ...result, outputs: await copyAll(drawn, result.outcomes, store, directory) };
      await directory.writeSummary(runJson(kept));
      await directory.writePage(await writeRunPage(store, tasks, kept));
    });
    return kept;
  } catch (error) {
    if (!(error instanceof RunProblem)) throw error;
    if (kept.error !== null) return kept;
    const problem = errorOfFailure(error.failure);
    return { ...kept, status: 'failed', error: problem, errors: [problem] };
  }
}

/** Bundles one stage after the other while the first ones run. */
async function bundleAhead(tasks: readonly Task[], bundles: StageBundles): Promise<void> {
  for (const { node } of tasks)
    // Whoever needs the bundle meets the same error.
    await bundles.of(node).catch(() => undefined);
}

/** A fault of a stage goes before a mistake of the person, whose correction would not help it. */
const firstOf = (errors: readonly RunError[]): RunError | null => errors.find(({ user }) => !user) ?? errors[0] ?? null;

const interruption: RunError = {
  code: 'interrupted',
  message: 'interrupted; what was finished is kept',
  file: null,
  line: null,
  column: null,
  user: false,
  stage: null,
  stack: null,
  failure: null,
};

async function copyAll(
  drawn: readonly Drawn[],
  outcomes: readonly StageOutcome[],
  store: Store,
  directory: RunDirectory,
): Promise<Readonly<Record<string, string>>> {
  const [single] = drawn;
  if (drawn.length === 1) return copyOutputs(single!.graph, single!.draw, outcomes, store, directory.outputs);
  const all: Record<string, string> = {};
  for (const { graph, draw } of drawn) {
    const folder = join(directory.outputs, `draw=${String(draw)}`);
    for (const [name, path] of Object.entries(await copyOutputs(graph, draw, outcomes, store, folder)))
      all[`${name} draw=${String(draw)}`] = path;
  }
  return all;
}
