import { type EngineKind, startEngine } from '@twoshot/engine';
import { type GoldenCase, readFamilies } from './case-files.js';
import { opTables } from './ops/index.js';
import { runCase } from './run-case.js';

export interface FamilyReport {
  readonly family: string;
  cases: number;
  passed: number;
  /** Over all passed cases: the worst difference as a share of what is allowed. */
  worst: number;
  /** The same of each op. */
  readonly worstOfOp: Map<string, number>;
  readonly failures: string[];
  /** Ops that nothing here computes yet, with their number of cases. */
  readonly missing: Map<string, number>;
}

/**
 * Runs every case of a folder of golden files through the functions that the stages call. Tensor work runs on each
 * of `engines` and a case passes only where all pass.
 */
export async function runGolden(folder: string, engines: readonly EngineKind[]): Promise<FamilyReport[]> {
  const families = await readFamilies(folder);
  const outcome = new Map<GoldenCase, { error: number; problems: string[] }>();
  for (const [position, engine] of engines.entries()) {
    await startEngine(engine);
    for (const { family, cases } of families) {
      for (const golden of cases) {
        const op = opTables[family]?.[golden.op];
        if (op === undefined || (position > 0 && !op.tensor)) continue;
        const { error, problems } = await runCase(op, golden);
        const known = outcome.get(golden) ?? { error: 0, problems: [] };
        const named = problems.map((problem) => `${golden.id} on ${engine}: ${problem}`);
        outcome.set(golden, { error: Math.max(known.error, error), problems: [...known.problems, ...named] });
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
