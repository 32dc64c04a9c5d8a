// `npx nx run golden:test`: a line a family, what is missing, and one line of totals.
import { resolve } from 'node:path';
import { availableEngines } from '@twoshot/engine';
import { failedCases, runGolden } from './golden.js';

const folder = resolve(process.env['TWOSHOT_GOLDEN'] ?? 'test/golden/cases');
const engines = await availableEngines();
console.log(`golden cases of ${folder} on ${engines.join(', ')}`);
const reports = await runGolden(folder, engines);
let [passed, failed, skipped] = [0, 0, 0];
for (const report of reports) {
  const missing = [...report.missing.values()].reduce((sum, count) => sum + count, 0);
  passed += report.passed;
  failed += failedCases(report);
  skipped += missing;
  console.log(
    `${report.family.padEnd(20)} ${String(report.cases).padStart(4)} cases ${String(report.passed).padStart(4)} passed   worst error ${(report.worst * 100).toFixed(1)} % of the allowed`,
  );
  for (const failure of report.failures) console.log(`  FAILED ${failure}`);
  for (const [op, count] of report.missing) console.log(`  skipped ${op} (${count}): no such op yet`);
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 ? 1 : 0;
