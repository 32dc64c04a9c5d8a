import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { loadPipeline } from '@twoshot/language';
import type { Times } from './report.js';

/** Steps of the backbone's training, as the pipeline has them. */
export async function stepsOf(pipeline: string): Promise<number> {
  const workspace = resolve('.');
  const graph = await loadPipeline(resolve(`pipelines/${pipeline}.yaml`), { workspace, set: [] });
  if (!graph.ok) throw new Error(graph.failures.map(({ message }) => message).join('; '));
  const steps = graph.value.stages.find(({ id }) => id === 'backbone')?.params['steps'];
  if (typeof steps !== 'number') throw new Error(`pipeline ${pipeline} has no stage 'backbone' with a number of steps`);
  return steps;
}

interface Summary {
  readonly stages: readonly { readonly stage: string; readonly seconds: number }[];
  readonly error: { readonly message: string } | null;
}

/** Runs a pipeline on an empty store, one stage after the other, and takes the seconds of every stage. */
export async function timesOf(
  pipeline: string,
  { threads, steps, store }: { threads: number; steps: number; store: string },
): Promise<Times> {
  const args = ['run', pipeline, '--store', store, '--jobs', '1', '--threads', String(threads), '--json'];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['bin/twoshot.js', ...args, '--set', `backbone.steps=${steps}`],
    { maxBuffer: 2 ** 26 },
  );
  const { stages, error } = JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Summary;
  if (error !== null) throw new Error(error.message);
  return { threads, stages: Object.fromEntries(stages.map(({ stage, seconds }) => [stage, seconds])) };
}
