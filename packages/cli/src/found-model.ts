import type { Failure, Result } from '@twoshot/diagnostics';
import { findClassifier, type FoundModel } from '@twoshot/results';
import type { Environment } from './environment.js';
import type { Invocation } from './parse.js';
import { storeOf } from './pipeline-options.js';

/** The model of the argument RESULT. */
export async function foundModel(invocation: Invocation, environment: Environment): Promise<Result<FoundModel>> {
  const store = storeOf(invocation, environment);
  if (!store.ok) return store;
  const { cwd, workspace } = environment;
  return findClassifier({ result: invocation.args[0]!, cwd, workspace, store: store.value });
}

/**
 * The mistake of a user behind an error of what reads models and images. These are told by their names: such packages
 * are not part of the bundle of this command, so that their classes are others.
 *
 * @throws the error where it is a bug
 */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error) || !['StageInputError', 'UntraceableError', 'ArtifactError'].includes(error.name))
    throw error;
  return { code: 'result', message: error.message, where: null };
}
