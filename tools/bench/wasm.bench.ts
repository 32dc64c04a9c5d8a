// `npx nx run bench:wasm`: times a training step on native, on WebAssembly with one thread and with two, in turn, and
// writes docs/performance/wasm.md. With ids as arguments, measures only those rows and keeps the others.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { loadNow } from './kernels/report.js';
import { type Side, startOurs } from './kernels/side.js';
import { type Measured, page, ratioOf } from './wasm/report.js';
import { serveSteps } from './wasm/serve.js';
import { type EngineSide, engineSides, rows, type Row } from './wasm/steps.js';

const document = 'docs/performance/wasm.md';
const figures = 'docs/performance/wasm.json';

async function measure(row: Row): Promise<Measured> {
  const sides: [EngineSide, Side][] = engineSides.map((side) => [
    side,
    startOurs(fileURLToPath(import.meta.url), side, row.id),
  ]);
  try {
    // The first calls compile the kernels.
    for (const [, side] of sides) await side.ask({ run: row.calls });
    const load = loadNow();
    const times: Record<EngineSide, number[]> = { native: [], 'wasm-1': [], 'wasm-2': [] };
    for (let round = 0; round < row.rounds; round++) {
      for (const [name, side] of sides) {
        // Threads of the other sides stop looking for work first.
        await setTimeout(200);
        times[name].push(((await side.ask({ run: row.calls }))['seconds'] as number) / row.calls);
      }
    }
    return { id: row.id, times, load, day: new Date().toISOString().slice(0, 10) };
  } finally {
    for (const [, side] of sides) side.close();
  }
}

async function main(ids: readonly string[]): Promise<void> {
  const unknown = ids.find((id) => rows.every((row) => row.id !== id));
  if (unknown !== undefined) throw new Error(`no row ${unknown}; there are ${rows.map(({ id }) => id).join(', ')}`);
  const known = await readFile(figures, 'utf8').catch(() => '[]');
  const results = new Map((JSON.parse(known) as Measured[]).map((measured) => [measured.id, measured]));
  await mkdir('docs/performance', { recursive: true });
  for (const row of rows.filter(({ id }) => ids.length === 0 || ids.includes(id))) {
    const measured = await measure(row);
    results.set(row.id, measured);
    console.log(
      `${row.id.padEnd(12)} of native ${ratioOf(measured, 'wasm-2', 'native')}, of one thread ${ratioOf(measured, 'wasm-2', 'wasm-1')}`,
    );
    const kept = rows.flatMap(({ id }) => results.get(id) ?? []);
    await writeFile(figures, `${JSON.stringify(kept, null, 2)}\n`);
    await writeFile(document, page(rows, results));
  }
}

const [command, ...args] = process.argv.slice(2);
if (command === 'serve') await serveSteps(args[0] as EngineSide, args[1]!);
else await main(process.argv.slice(2));
