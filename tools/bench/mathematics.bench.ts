// `npx nx run bench:mathematics`: runs the golden cases and writes docs/mathematics.md with the worst error of each op.
import { writeFile } from 'node:fs/promises';
import { availableEngines } from '@twoshot/engine';
import { failedCases, runGolden } from '../../test/golden/golden.js';
import { mathematics, mathematicsPage } from '../mathematics/page.js';

const reports = await runGolden('test/golden/cases', await availableEngines());
const failures = reports.flatMap((report) => report.failures);
if (reports.some((report) => failedCases(report) > 0)) throw new Error(`golden cases fail:\n${failures.join('\n')}`);
const errors = reports.flatMap(({ worstOfOp }) => Array.from(worstOfOp));
await writeFile(
  mathematicsPage,
  mathematics(
    new Map(errors.map(([op, error]) => [op, `${(error * 100).toFixed(error < 0.001 && error > 0 ? 3 : 1)} %`])),
  ),
);
console.log(`${mathematicsPage}: ${errors.length} operations`);
