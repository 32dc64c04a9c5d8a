import { tf } from '@twoshot/engine';
import type { GoldenCase } from './case-files.js';
import { compare } from './compare.js';
import type { GoldenOp, GoldenOutputs } from './op-table.js';

export interface CaseResult {
  /** The worst difference as a share of what is allowed. */
  readonly error: number;
  /** What is wrong, a line each; empty where the case passes. */
  readonly problems: readonly string[];
}

/** Runs one case on the engine that is started: its numbers, and that it neither leaks tensors nor changes its inputs. */
export async function runCase(op: GoldenOp, golden: GoldenCase): Promise<CaseResult> {
  const problems: string[] = [];
  let error = 0;
  const before = JSON.stringify(golden.inputs);
  const tensors = tf.memory().numTensors;
  let results: GoldenOutputs;
  try {
    results = await op.run(golden.params, golden.inputs);
  } catch (thrown) {
    return { error: Number.POSITIVE_INFINITY, problems: [thrown instanceof Error ? thrown.message : String(thrown)] };
  }
  if (tf.memory().numTensors !== tensors) problems.push(`leaks ${tf.memory().numTensors - tensors} tensors`);
  if (JSON.stringify(golden.inputs) !== before) problems.push('changes its input');
  for (const [name, expected] of Object.entries(golden.expected)) {
    // The bound of an edge map belongs to the map, which is compared with it.
    if (name === 'f1' && expected.atLeast !== undefined && golden.expected['edges'] !== undefined) continue;
    const verdict = compare(results[name], expected, golden, golden.expected['f1']);
    error = Math.max(error, verdict.error);
    if (verdict.problem !== null) problems.push(`${name}: ${verdict.problem}`);
  }
  return { error, problems };
}
