import { createInterface } from 'node:readline';
import { startEngine } from '@twoshot/engine';
import { type EngineSide, prepareSteps, rows } from './steps.js';

/** Answers `{ run: steps }` with the seconds that they took. */
export async function serveSteps(side: EngineSide, id: string): Promise<void> {
  await startEngine(side === 'native' ? 'native' : 'wasm', { threads: side === 'wasm-1' ? 1 : 2 });
  const run = prepareSteps(rows.find((row) => row.id === id)!);
  for await (const text of createInterface({ input: process.stdin })) {
    const { run: steps } = JSON.parse(text) as { run: number };
    const start = performance.now();
    const loss = await run(steps);
    process.stdout.write(`${JSON.stringify({ seconds: (performance.now() - start) / 1000, loss })}\n`);
  }
  process.exit(0);
}
