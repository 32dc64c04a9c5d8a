import { type Cause, describeCauses } from '@twoshot/keys';
import { IrregularFileError, isOutOfFiles, moreFiles, systemCode } from '@twoshot/disk';
import { type Edge, sourcesOf, type Task } from '@twoshot/language';
import { errorOfFailure, notSelected, type RunError, stageError, type StageOutcome } from '@twoshot/events';
import { type Failure, RunProblem, unreachable } from '@twoshot/diagnostics';
import { DamagedArtifactError } from '@twoshot/store';
import { damagedAgainError } from './host-errors.js';
import { runTask } from './run-task.js';
import { mapWired, type StoredInput, type TaskContext, type TaskEnd, type TaskInputs } from './task-context.js';

export interface ScheduleOptions {
  /** Ids of the tasks to run and not to leave out; null for all. */
  readonly only: ReadonlySet<string> | null;
  readonly isForced: (task: Task) => boolean;
}

/** State of a task when the pass is over. */
type Standing = TaskEnd | { readonly type: 'skipped'; readonly why: string };

/** For files outside the store; errors of the store itself are `RunProblem`s by then. */
const denials = new Set(['EACCES', 'EPERM', 'ELOOP', 'EROFS']);

/** A refusal by the system outside the store; null for other errors. */
function refusal(error: unknown, { node }: Task, cache: string): Failure | null {
  if (error instanceof IrregularFileError)
    return {
      code: 'path-unreadable',
      message: 'a path that the params name is neither a file nor a folder',
      where: node.where,
      expected: `a file or a folder at ${error.path}`,
      found: error.found,
      next: 'name another path',
    };
  const code = systemCode(error);
  if (!(error instanceof Error) || code === '') return null;
  if (isOutOfFiles(error))
    return {
      code: 'too-many-files',
      message: 'this process may not open more files',
      where: null,
      found: error.message,
      next: moreFiles,
    };
  if ('path' in error && String(error.path).startsWith(cache))
    return {
      code: 'cache-not-writable',
      message: `the cache of code and file digests cannot be written in ${cache}`,
      where: null,
      found: error.message,
      next: `change the permissions of ${cache}, free disk space, or set TWOSHOT_CACHE to a writable folder`,
    };
  if (!denials.has(code)) return null;
  return {
    code: 'path-unreadable',
    message: 'a path that the params name cannot be read',
    where: node.where,
    found: error.message,
    next: 'change its permissions, or use another path',
  };
}

type Context = Omit<TaskContext, 'causesOf'>;

const succeeded = (end: Standing): end is Extract<Standing, { type: 'ran' | 'cached' }> =>
  end.type === 'ran' || end.type === 'cached';

/** Length of the longest path from each task to the end; the longest goes first. */
function priorities(tasks: readonly Task[]): ReadonlyMap<string, number> {
  const length = new Map<string, number>(tasks.map(({ id }) => [id, 1]));
  for (const task of [...tasks].reverse())
    for (const source of sourcesOf(task)) length.set(source, Math.max(length.get(source)!, length.get(task.id)! + 1));
  return length;
}

/** One pass over all tasks with one engine. */
class Pass {
  readonly #context: Context;
  readonly #options: ScheduleOptions;
  readonly #tasks: ReadonlyMap<string, Task>;
  readonly #priorities: ReadonlyMap<string, number>;
  readonly #ends = new Map<string, Promise<Standing>>();
  readonly #causes = new Map<string, readonly Cause[]>();
  /** Digests of artifacts that passes before this one found damaged. */
  readonly #dropped: ReadonlySet<string>;
  /** Set when no further task may start. */
  #stopped: Standing | null = null;

  constructor(tasks: readonly Task[], context: Context, options: ScheduleOptions, dropped: ReadonlySet<string>) {
    this.#dropped = dropped;
    this.#context = context;
    this.#options = options;
    this.#tasks = new Map(tasks.map((task) => [task.id, task]));
    this.#priorities = priorities(tasks);
  }

  /** @param settled final states of tasks that need not run again */
  async run(settled: ReadonlyMap<string, Standing>): Promise<ReadonlyMap<string, Standing>> {
    for (const task of this.#tasks.values()) {
      const known = settled.get(task.id);
      if (known !== undefined && 'causes' in known) this.#causes.set(task.id, known.causes);
      this.#ends.set(task.id, known === undefined ? this.#follow(task) : Promise.resolve(known));
    }
    const ends = new Map<string, Standing>();
    for (const [id, end] of this.#ends) ends.set(id, await end);
    return ends;
  }

  async #follow(task: Task): Promise<Standing> {
    const started = performance.now();
    const end = await this.#end(task);
    if (end.type === 'replan') this.#stopped ??= end;
    if ('causes' in end) this.#causes.set(task.id, end.causes);
    if (end.type !== 'replan') {
      const seconds = end.type === 'failed' ? (performance.now() - started) / 1000 : 0;
      this.#context.emit({ type: 'stage-finished', outcome: outcomeOf(task, end, seconds) });
    }
    return end;
  }

  async #end(task: Task): Promise<Standing> {
    const sources = sourcesOf(task);
    const ends = await Promise.all(sources.map((id) => this.#ends.get(id)!));
    if (this.#options.only?.has(task.id) === false) return { type: 'skipped', why: notSelected };
    if (this.#context.signal.aborted) return { type: 'interrupted' };
    if (this.#stopped !== null) return this.#stopped;
    const broken = ends.findIndex((end) => !succeeded(end));
    if (broken >= 0) {
      const end = ends[broken]!;
      if (end.type === 'replan' || end.type === 'interrupted') return end;
      return { type: 'skipped', why: `${sources[broken]!} ${end.type === 'failed' ? 'failed' : 'was skipped'}` };
    }
    const inputs: TaskInputs = {
      artifacts: await this.#artifacts(task),
      force: this.#options.isForced(task),
      priority: this.#priorities.get(task.id)!,
    };
    try {
      return await runTask(task, inputs, { ...this.#context, causesOf: (id) => this.#causesOfStage(id, task.draw) });
    } catch (error) {
      if (this.#context.signal.aborted) return { type: 'interrupted' };
      if (error instanceof RunProblem) {
        // Every other stage would fail on the same disk.
        this.#stopped ??= { type: 'skipped', why: error.failure.message };
        return { type: 'failed', error: errorOfFailure(error.failure, task.node.id), causes: [] };
      }
      if (error instanceof DamagedArtifactError)
        return this.#dropped.has(error.digest)
          ? { type: 'failed', error: damagedAgainError(task.node, error.path), causes: [] }
          : { type: 'replan', engine: this.#context.engine, dropped: error.digest };
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      const refused = refusal(error, task, this.#context.cache);
      if (refused?.code === 'cache-not-writable') this.#stopped ??= { type: 'skipped', why: refused.message };
      if (refused !== null) return { type: 'failed', error: errorOfFailure(refused, task.node.id), causes: [] };
      return {
        type: 'failed',
        error: { ...stageError(task.node.id, 'internal', message), stack: stack ?? null },
        causes: [],
      };
    }
  }

  #causesOfStage(stage: string, draw: number | null): readonly Cause[] {
    return this.#causes.get(stage) ?? this.#causes.get(`${stage} draw=${String(draw)}`) ?? [];
  }

  async #artifacts({ inputs }: Task): Promise<TaskInputs['artifacts']> {
    return mapWired<Edge, StoredInput>(inputs, async ({ stage, port }) => {
      const source = this.#tasks.get(stage)!;
      const end = await this.#ends.get(stage)!;
      if (!succeeded(end)) throw new Error(`${stage} has no result`);
      const { kind, digest } = end.manifest.outputs[port]!;
      return { kind, digest, from: `${source.node.id}.${port}`, ...source.provenance[port]! };
    });
  }
}

function outcomeOf(task: Task, end: Exclude<Standing, { type: 'replan' }>, seconds: number): StageOutcome {
  const manifest = succeeded(end) ? end.manifest : null;
  const error: RunError | null = end.type === 'failed' ? end.error : null;
  return {
    task: task.id,
    stage: task.node.id,
    draw: task.draw,
    use: task.node.use,
    status: end.type === 'interrupted' ? 'skipped' : end.type,
    seconds: end.type === 'ran' ? end.seconds : seconds,
    started:
      end.type === 'ran' ? Date.now() - 1000 * end.seconds : end.type === 'failed' ? Date.now() - 1000 * seconds : null,
    resultSeconds: manifest?.seconds ?? null,
    key: manifest?.key ?? null,
    why: whyOf(end),
    digests: Object.fromEntries(Object.entries(manifest?.outputs ?? {}).map(([port, { digest }]) => [port, digest])),
    metrics: manifest?.metrics ?? {},
    peakMemory: manifest?.peakMemory ?? null,
    error,
  };
}

function whyOf(end: Exclude<Standing, { type: 'replan' }>): string {
  switch (end.type) {
    case 'ran':
    case 'failed':
      return describeCauses(end.causes);
    case 'cached':
      return 'unchanged';
    case 'skipped':
      return end.why;
    case 'interrupted':
      return 'interrupted';
    default:
      return unreachable(end);
  }
}

/** Decides whether a state stays; `sourcesStay` where those of all sources of the task do. */
type Stays = (task: Task, end: Standing, sourcesStay: boolean) => boolean;

/** States of tasks, given in the order of the graph, that stay for another pass. */
function settledWhere(
  stays: Stays,
  tasks: readonly Task[],
  ends: ReadonlyMap<string, Standing>,
): ReadonlyMap<string, Standing> {
  const kept = new Map<string, Standing>();
  for (const task of tasks) {
    const end = ends.get(task.id)!;
    const sourcesStay = sourcesOf(task).every((id) => kept.has(id));
    if (stays(task, end, sourcesStay)) kept.set(task.id, end);
  }
  return kept;
}

/** What is the same with any engine. */
const withAnyEngine: Stays = ({ node }, end, sourcesStay) =>
  (succeeded(end) || end.type === 'failed') && node.declaration.engine !== true && sourcesStay;

/**
 * What artifacts that were dropped do not change. What failed stays so: it may be what damaged them, and would do it
 * again.
 */
const without =
  (dropped: ReadonlySet<string>): Stays =>
  (_, end, sourcesStay) =>
    end.type === 'failed' || (succeeded(end) && !gives(end, dropped) && sourcesStay);

const gives = (end: Standing, digests: ReadonlySet<string>): boolean =>
  succeeded(end) && Object.values(end.manifest.outputs).some(({ digest }) => digests.has(digest));

/**
 * Runs each task as soon as its inputs exist. Dependents of a failed task are skipped; the others continue. Outcomes
 * are reported as events.
 */
export async function schedule(tasks: readonly Task[], context: Context, options: ScheduleOptions): Promise<void> {
  let { engine } = context;
  let settled: ReadonlyMap<string, Standing> = new Map();
  const dropped = new Set<string>();
  for (;;) {
    const ends = await new Pass(tasks, { ...context, engine }, options, dropped).run(settled);
    const replans = [...ends.values()].filter((end) => end.type === 'replan');
    if (replans.length === 0 || context.signal.aborted) return;
    const before = engine;
    engine = replans.find((replan) => replan.engine !== before)?.engine ?? before;
    const found = new Set(replans.flatMap((replan) => replan.dropped ?? []));
    for (const digest of found) dropped.add(digest);
    settled = settledWhere(engine === before ? without(found) : withAnyEngine, tasks, ends);
  }
}
