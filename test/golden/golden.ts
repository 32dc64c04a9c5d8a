import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type EngineKind, startEngine, tf } from '@twoshot/engine';
import { compare, type Expected, type Tolerance } from './compare.js';
import type { GoldenOutput, GoldenTensor, OpTable } from './op-table.js';
import { opTables } from './ops/index.js';

interface GoldenCase extends Tolerance {
  readonly id: string;
  readonly op: string;
  readonly params: Readonly<Record<string, never>>;
  readonly inputs: Readonly<Record<string, GoldenTensor>>;
  readonly expected: Readonly<Record<string, Expected>>;
}

export interface FamilyReport {
  readonly family: string;
  cases: number;
  passed: number;
  /** Over all passed cases: the worst difference as a share of what is allowed. */
  worst: number;
  /** The same of each op. */
  readonly worstOfOp: Map<string, number>;
  readonly failures: string[];
  readonly missing: Map<string, number>;
}

async function runCase(
  ops: OpTable,
  golden: GoldenCase,
  engine: EngineKind,
): Promise<{ error: number; problems: string[] }> {
  const problems: string[] = [];
  let error = 0;
  const before = JSON.stringify(golden.inputs);
  const tensors = tf.memory().numTensors;
  let results: Readonly<Record<string, GoldenOutput>> = {};
  try {
    results = await ops[golden.op]!.run(golden.params, golden.inputs);
  } catch (thrown) {
    problems.push(`${golden.id} on ${engine}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    return { error: Number.POSITIVE_INFINITY, problems };
  }
  if (tf.memory().numTensors !== tensors)
    problems.push(`${golden.id} on ${engine}: leaks ${tf.memory().numTensors - tensors} tensors`);
  if (JSON.stringify(golden.inputs) !== before) problems.push(`${golden.id} on ${engine}: changes its input`);
  for (const [name, expected] of Object.entries(golden.expected)) {
    // The bound of an edge map belongs to the map, which is compared with it.
    if (name === 'f1' && expected.atLeast !== undefined && golden.expected['edges'] !== undefined) continue;
    const verdict = compare(results[name], expected, golden, golden.expected['f1']);
    error = Math.max(error, verdict.error);
    if (verdict.problem !== null) problems.push(`${golden.id} on ${engine}: ${name}: ${verdict.problem}`);
  }
  return { error, problems };
}

/**
 * Runs every case of a folder of golden files through the functions that the stages call. Tensor work runs on each
 * of `engines` and a case passes only where all pass.
 */
export async function runGolden(folder: string, engines: readonly EngineKind[]): Promise<FamilyReport[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const families = await Promise.all(
    files.map(
      async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as { family: string; cases: GoldenCase[] },
    ),
  );
  const outcome = new Map<GoldenCase, { error: number; problems: string[] }>();
  for (const [position, engine] of engines.entries()) {
    await startEngine(engine);
    for (const { family, cases } of families) {
      const ops = opTables[family] ?? {};
      for (const golden of cases) {
        const op = ops[golden.op];
        if (op === undefined || (position > 0 && !op.tensor)) continue;
        const { error, problems } = await runCase(ops, golden, engine);
        const known = outcome.get(golden) ?? { error: 0, problems: [] };
        outcome.set(golden, { error: Math.max(known.error, error), problems: [...known.problems, ...problems] });
      }
    }
  }
  return families.map(({ family, cases }) => {
    const report: FamilyReport = {
      family,
      cases: cases.length,
      passed: 0,
      worst: 0,
      worstOfOp: new Map(),
      failures: [],
      missing: new Map(),
    };
    for (const golden of cases) {
      const result = outcome.get(golden);
      if (result === undefined) report.missing.set(golden.op, (report.missing.get(golden.op) ?? 0) + 1);
      else if (result.problems.length > 0) report.failures.push(...result.problems);
      else {
        report.passed++;
        report.worst = Math.max(report.worst, result.error);
        report.worstOfOp.set(golden.op, Math.max(report.worstOfOp.get(golden.op) ?? 0, result.error));
      }
    }
    return report;
  });
}

/** Cases that ran and did not pass. */
export function failedCases(report: FamilyReport): number {
  const missing = [...report.missing.values()].reduce((sum, count) => sum + count, 0);
  return report.cases - report.passed - missing;
}
