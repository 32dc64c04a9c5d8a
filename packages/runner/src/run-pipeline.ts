import { join } from 'node:path';
import { formatWhere, RunProblem, type Failure } from '@twoshot/diagnostics';
import {
  drawsAreOne,
  errorOfFailure,
  eventFormat,
  refused,
  runJson,
  RunRecord,
  type Listener,
  type RunError,
  type RunResult,
  type RunTask,
  type StageOutcome,
} from '@twoshot/events';
import { processExecutor, type Executor } from '@twoshot/executor';
import { stageBundles, type StageBundles } from '@twoshot/keys';
import {
  cached,
  cacheOf,
  closureOfTasks,
  discoverCatalogue,
  isNamed,
  loadDraws,
  sourcesOf,
  tasksOf,
  unknownNames,
  type Drawn,
  type Draws,
  type Task,
} from '@twoshot/language';
import { boxSize } from '@twoshot/page';
import { runPage, type LayOut } from '@twoshot/reporters';
import { Capacity, limitsOf, schedule, type SettledEngine } from '@twoshot/schedule';
import { openStore, writingTo, type Store } from '@twoshot/store';
import { copyOutputs } from './outputs.js';
import { Notices } from './notices.js';
import { RunFolder } from './run-folder.js';

export interface PipelineOptions {
  /** Absolute path of the workspace root. */
  readonly workspace: string;
  /** Absolute path of the pipeline file. */
  readonly file: string;
  /** `stage.param=value` */
  readonly set: readonly string[];
  /** Absolute path of the folder that paths in `set` are relative to; the workspace if absent. */
  readonly cwd?: string;
  readonly seed?: number;
  /** Address of the store: an absolute path, or `scheme:rest`. */
  readonly store: string;
  /** Threads of a stage with `threads: all`; keys of stages that use the engine depend on them. */
  readonly threads: number;
  /** Chosen once, before any key is computed. */
  readonly engine: () => Promise<SettledEngine>;
}

export interface RunOptions extends PipelineOptions {
  readonly draws: Draws | null;
  /** Names of stages; these and their dependencies run; all if empty. */
  readonly only: readonly string[];
  /** Names of stages that are run although they have a result. */
  readonly force: readonly string[];
  readonly jobs?: number;
  /** Reads the content of every stored artifact before it is used; otherwise only of what a stage takes. */
  readonly verify?: boolean;
  /** Runs the stages; a process of its own for each if absent. */
  readonly executor?: Executor;
  readonly listener: Listener;
  readonly signal: AbortSignal;
}

/** Runs a pipeline to its end; user mistakes are returned as the result's error. */
export async function runPipeline(options: RunOptions): Promise<RunResult> {
  const { workspace, file, draws, only, force } = options;
  const catalogue = await discoverCatalogue(workspace);
  if (!catalogue.ok) return refuse(catalogue.failures);
  const bundles = stageBundles(workspace, cacheOf(workspace));
  const drawn = await loadDraws(file, { ...options, catalogue: catalogue.value, load: bundles.load }, draws);
  if (!drawn.ok) return refuse(drawn.failures);
  const tasks = tasksOf(drawn.value);
  const unknown = [...unknownNames('--only', only, tasks), ...unknownNames('--force', force, tasks)];
  if (unknown.length > 0) return refuse(unknown);
  const warnings = new Notices();
  const { notes } = drawn.value[0]!.graph;
  for (const { message, where } of notes.filter(({ about }) => about === 'unused'))
    warnings.tell(`${formatWhere(where)}: ${message}`);
  const store = await openStore(options.store, workspace, 'run', {
    verify: options.verify === true,
    warn: (line) => warnings.tell(line),
  });
  if (!store.ok) return refuse(store.failures);
  try {
    return await writingTo(store.value, () => runOn(store.value, drawn.value, tasks, bundles, warnings, options));
  } catch (error) {
    if (error instanceof RunProblem) return refuse([error.failure], drawn.value[0]!.graph.name);
    throw error;
  }
}

const refuse = (failures: readonly Failure[], pipeline?: string): RunResult =>
  refused(
    failures.map((failure) => errorOfFailure(failure)),
    pipeline,
  );

async function runOn(
  store: Store,
  drawn: readonly Drawn[],
  tasks: readonly Task[],
  bundles: StageBundles,
  warnings: Notices,
  options: RunOptions,
): Promise<RunResult> {
  const { workspace, threads, only, force, jobs, signal } = options;
  const started = performance.now();
  const { graph } = drawn[0]!;
  const engine = await options.engine();
  await store.sweep();
  const folder = await RunFolder.create(store);
  const record = new RunRecord();
  const emit: Listener = (event) => {
    record.add(event);
    folder.keep(event);
    options.listener(event);
  };
  emit({
    type: 'run-started',
    format: eventFormat,
    run: folder.run,
    directory: folder.path,
    pipeline: graph.name,
    file: graph.file,
    store: store.address,
    tasks: tasks.map((task) => ({
      task: task.id,
      stage: task.node.id,
      draw: task.draw,
      use: task.node.use,
      from: sourcesOf(task),
      ...pointOf(task),
    })),
  });
  warnings.passTo((message) => emit({ type: 'notice', task: null, message }));
  void bundleAhead(tasks, bundles);
  await schedule(
    tasks,
    {
      workspace,
      cache: cacheOf(workspace),
      bundles,
      engine,
      threads,
      env: process.env,
      store,
      executor: options.executor ?? processExecutor,
      run: folder.run,
      capacity: new Capacity(limitsOf(jobs)),
      signal,
      emit,
    },
    {
      only: only.length === 0 ? null : closureOfTasks(tasks, (task) => isNamed(only, task)),
      isForced: (task) => isNamed(force, task),
    },
  );
  const interrupted = signal.aborted;
  const { outcomes } = record.result();
  if (drawsAreOne(outcomes)) emit({ type: 'notice', task: null, message: oneDraw });
  let error: RunError | null = interrupted ? interruption : null;
  try {
    await writingTo(store, () => copyAll(drawn, outcomes, store, folder, emit));
  } catch (thrown) {
    error ??= problemOf(thrown);
  }
  const failed = error !== null || outcomes.some((outcome) => outcome.error !== null);
  const status = interrupted ? 'interrupted' : failed ? 'failed' : 'done';
  emit({ type: 'run-finished', status, seconds: (performance.now() - started) / 1000, error });
  return keep(record, store, folder, workspace);
}

/** Where a task lies in the matrix; nothing without axes. */
function pointOf({ node: { instance, axes }, repeats }: Task): Pick<RunTask, 'point'> {
  return Object.keys(axes).length === 0 ? {} : { point: { instance, axes, repeats } };
}

const oneDraw =
  'all draws have the same result: no stage read its drawn param, so the mean is that of one draw; ' +
  '`twoshot stages NAME` shows when a stage reads it';

/** @throws errors that are not the user's */
function problemOf(thrown: unknown): RunError {
  if (thrown instanceof RunProblem) return errorOfFailure(thrown.failure);
  throw thrown;
}

/** Writes the summary of a run. On a full disk the result says so and is still returned. */
async function keep(record: RunRecord, store: Store, folder: RunFolder, workspace: string): Promise<RunResult> {
  const result = record.result();
  try {
    await writingTo(store, async () => {
      const page = runPage(record, keptLayout(workspace));
      await Promise.all([
        folder.write('run.json', `${JSON.stringify(runJson(result), null, 2)}\n`),
        page.then((html) => folder.write('run.html', html)),
      ]);
    });
    return result;
  } catch (thrown) {
    const problem = problemOf(thrown);
    return result.error === null ? { ...result, status: 'failed', error: problem, errors: [problem] } : result;
  }
}

/** Laying a graph out takes longer than the rest of a run that has everything cached. */
const keptLayout =
  (workspace: string): LayOut =>
  (boxes) =>
    cached(
      cacheOf(workspace),
      'layouts',
      { boxes: boxes.map(({ id, from }) => ({ id, from })), size: boxSize(boxes) },
      async () => {
        const { layOutGraph } = await import('@twoshot/page/layout');
        return layOutGraph(boxes);
      },
    );

/** Bundles the stages one after the other while the first ones run. */
async function bundleAhead(tasks: readonly Task[], bundles: StageBundles): Promise<void> {
  for (const { node } of tasks)
    // The stage that needs the bundle gets the same error.
    await bundles.of(node).catch(() => undefined);
}

const interruption: RunError = {
  code: 'interrupted',
  message: 'interrupted; finished stages are kept',
  file: null,
  line: null,
  column: null,
  user: false,
  stage: null,
  stack: null,
  failure: null,
};

/** Copies the outputs of every draw out of the store. */
async function copyAll(
  drawn: readonly Drawn[],
  outcomes: readonly StageOutcome[],
  store: Store,
  { path: runFolder, outputs }: RunFolder,
  emit: Listener,
): Promise<void> {
  for (const { graph, draw } of drawn) {
    const name = drawn.length > 1 ? `draw=${String(draw)}` : null;
    const folder = name === null ? outputs : join(outputs, name);
    for (const [output, path] of Object.entries(await copyOutputs(graph, draw, outcomes, store, folder, runFolder)))
      emit({ type: 'output', name: name === null ? output : `${output} ${name}`, path });
  }
}
