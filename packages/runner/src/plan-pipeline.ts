import { stageBundles } from '@twoshot/keys';
import { type Plan, planTasks } from '@twoshot/explain';
import { cacheOf, discoverCatalogue, type Draws, loadDraws, tasksOf } from '@twoshot/language';
import { IrregularFileError } from '@twoshot/disk';
import { openStore } from '@twoshot/store';
import { failed, type Result, RunProblem, success } from '@twoshot/diagnostics';
import type { PipelineOptions } from './run-pipeline.js';

export interface PlanOptions extends PipelineOptions {
  readonly draws: Draws | null;
  /** Receives a line for everything in the store that is not trusted. */
  readonly warn?: (line: string) => void;
}

/** Finds out what a run would do, without running or writing anything. */
export async function planPipeline(options: PlanOptions): Promise<Result<Plan>> {
  try {
    return await plan(options);
  } catch (error) {
    if (error instanceof RunProblem) return failed(error.failure);
    if (error instanceof IrregularFileError)
      return failed({
        code: 'path-unreadable',
        message: 'a path that the params name is neither a file nor a folder',
        where: null,
        expected: `a file or a folder at ${error.path}`,
        found: error.found,
        next: 'name another path',
      });
    throw error;
  }
}

async function plan(options: PlanOptions): Promise<Result<Plan>> {
  const catalogue = await discoverCatalogue(options.workspace);
  if (!catalogue.ok) return catalogue;
  const { workspace } = options;
  const bundles = stageBundles(workspace, cacheOf(workspace));
  const given = { ...options, catalogue: catalogue.value, load: bundles.load };
  const drawn = await loadDraws(options.file, given, options.draws);
  if (!drawn.ok) return drawn;
  const store = await openStore(options.store, options.workspace, 'read', { warn: options.warn });
  if (!store.ok) return store;
  const context = {
    workspace,
    cache: cacheOf(workspace),
    bundles,
    engine: await options.engine(),
    threads: options.threads,
    env: process.env,
  };
  const stages = await planTasks(tasksOf(drawn.value), store.value, context);
  const { name, notes } = drawn.value[0]!.graph;
  return success({ pipeline: name, store: store.value, stages, notes });
}
