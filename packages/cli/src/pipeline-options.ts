import { join } from 'node:path';
import { type Result } from '@twoshot/diagnostics';
import { findPipeline } from '@twoshot/language';
import { settleEngine, type PipelineOptions } from '@twoshot/runner';
import { storeAddress } from '@twoshot/store';
import type { Environment } from './environment.js';
import { pathOf, valuesOf, integerOf } from './option-values.js';
import type { Invocation } from './parse.js';
import { threadsFor } from './thread-option.js';

/** Address of the store that a command works on: `--store`, else `.twoshot` of the workspace. */
export function storeOf(
  invocation: Invocation,
  { cwd, workspace }: Pick<Environment, 'cwd' | 'workspace'>,
): Result<string> {
  const store = pathOf(invocation, 'store');
  if (!store.ok) return store;
  return {
    ok: true,
    value: store.value === undefined ? join(workspace, '.twoshot') : storeAddress(store.value, cwd),
  };
}

/** Options that `run`, `plan` and `why` share. */
export async function pipelineOptions(
  invocation: Invocation,
  { cwd, workspace }: Environment,
): Promise<Result<PipelineOptions>> {
  const file = await findPipeline(invocation.args[0]!, workspace, cwd);
  if (!file.ok) return file;
  const seed = integerOf(invocation, 'seed', 0);
  if (!seed.ok) return seed;
  const store = storeOf(invocation, { cwd, workspace });
  if (!store.ok) return store;
  const threads = threadsFor(invocation);
  if (!threads.ok) return threads;
  return {
    ok: true,
    value: {
      workspace,
      file: file.value,
      set: valuesOf(invocation, 'set'),
      cwd,
      ...(seed.value === undefined ? {} : { seed: seed.value }),
      store: store.value,
      threads: threads.value,
      engine: settleEngine,
    },
  };
}
