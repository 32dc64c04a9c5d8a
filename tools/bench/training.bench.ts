// `npx nx run bench:training`: measures training against PyTorch and writes docs/performance/training.md.
// With ids as arguments, measures only those rows and keeps the others; `--add` adds rounds to what is there.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { referencePython } from './kernels/reference-python.js';
import { loadNow, median } from './kernels/report.js';
import { type Side, startOurs, startReference } from './kernels/side.js';
import { chosenRows } from './training/chosen-rows.js';
import { bestEager, type Measured, page, ratios } from './training/report.js';
import { rows } from './training/rows.js';
import { device, serveTraining } from './training/serve.js';
import { type OurSide, ourSides, type Row, type SideName } from './training/work.js';

const place = `docs/performance/training${device === 'cuda' ? '-cuda' : ''}`;
const document = `${place}.md`;
const figures = `${place}.json`;

const isOurs = (side: SideName): side is OurSide => (ourSides as readonly SideName[]).includes(side);

const start = (side: SideName, python: string): Side =>
  isOurs(side) ? startOurs(fileURLToPath(import.meta.url), side) : startReference(python, 'training.py');

/** Sides whose calls take seconds, and are no faster the second time. */
const slow: ReadonlySet<SideName> = new Set(['wasm', 'plain']);

/** How many times a step of this side stands for, which may take a smaller batch. */
const share = (row: Row, side: SideName): number =>
  side === 'wasm' && row.wasmBatch !== undefined ? row.work.batch! / row.wasmBatch : 1;

async function prepare(side: Side, name: SideName, row: Row): Promise<void> {
  const batch = name === 'wasm' ? (row.wasmBatch ?? row.work.batch) : row.work.batch;
  await side.ask({ prepare: { ...row.work, side: name, ...(batch === undefined ? {} : { batch }) } });
}

/** Seconds of a call. */
async function timed(side: Side, calls: number): Promise<number> {
  // Threads of the other sides stop spinning first.
  await setTimeout(300);
  const reply = await side.ask({ run: calls });
  return (reply['seconds'] as number) / calls;
}

/** Six digits, which is more than a clock is good for. */
const rounded = (seconds: number): number => Number(seconds.toPrecision(6));

type Times = Partial<Record<SideName, number[]>>;
type Peaks = Partial<Record<SideName, number>>;

async function measureWarm(row: Row, python: string, seconds: Times, peak: Peaks): Promise<number> {
  const sides = new Map(row.sides.map((name) => [name, start(name, python)]));
  try {
    for (const [name, side] of sides) await prepare(side, name, row);
    if (row.warm) for (const [name, side] of sides) await side.ask({ run: slow.has(name) ? 1 : 2 });
    const load = loadNow();
    for (let round = 0; round < row.rounds; round++)
      for (const [name, side] of sides)
        (seconds[name] ??= []).push(rounded((await timed(side, row.calls)) * share(row, name)));
    for (const [name, side] of sides) peak[name] = (await side.ask({ peak: true }))['peak'] as number;
    return load;
  } finally {
    for (const side of sides.values()) side.close();
  }
}

async function measureCold(row: Row, python: string, seconds: Times, peak: Peaks): Promise<number> {
  const load = loadNow();
  // One more round than is kept: the first one reads the libraries from disk.
  for (let round = -1; round < row.rounds; round++)
    for (const name of row.sides) {
      const begin = performance.now();
      const side = start(name, python);
      try {
        await prepare(side, name, row);
        await side.ask({ run: row.calls });
        if (round >= 0) (seconds[name] ??= []).push(rounded((performance.now() - begin) / 1000));
        peak[name] = (await side.ask({ peak: true }))['peak'] as number;
      } finally {
        side.close();
      }
    }
  return load;
}

async function measure(row: Row, python: string, before: Measured | undefined): Promise<Measured> {
  const seconds: Times = {};
  for (const side of row.sides) if (before?.seconds[side] !== undefined) seconds[side] = [...before.seconds[side]];
  const peak: Peaks = {};
  const load = await (row.cold === true ? measureCold : measureWarm)(row, python, seconds, peak);
  return { id: row.id, seconds, peak, load, day: new Date().toISOString().slice(0, 10) };
}

async function main(args: readonly string[]): Promise<void> {
  const chosen = chosenRows(
    rows,
    args.filter((arg) => arg !== '--add'),
  );
  if (typeof chosen === 'string') {
    console.error(chosen);
    process.exitCode = 2;
    return;
  }
  const python = referencePython();
  const versions = (await readFile('tools/reference/requirements.txt', 'utf8'))
    .split('\n')
    .filter((line) => line.startsWith('torch'))
    .map((line) => line.replace('==', ' '))
    .join(', ');
  const known = await readFile(figures, 'utf8').catch(() => '[]');
  const results = new Map((JSON.parse(known) as Measured[]).map((measured) => [measured.id, measured]));
  await mkdir('docs/performance', { recursive: true });
  for (const row of chosen) {
    const measured = await measure(row, python, args.includes('--add') ? results.get(row.id) : undefined);
    results.set(row.id, measured);
    const kept = rows.flatMap(({ id }) => results.get(id) ?? []);
    await writeFile(figures, `${JSON.stringify(kept, null, 2)}\n`);
    await writeFile(document, page(rows, results, versions));
    const best = bestEager(measured);
    const times = Object.entries(measured.seconds).map(([side, values]) => `${side} ${median(values).toFixed(4)}`);
    const ratio = best === null ? '' : `, native / ${best} ${median(ratios(measured, 'native', best)).toFixed(3)}`;
    console.log(`${row.id}: ${times.join(', ')} s${ratio}`);
  }
}

const args = process.argv.slice(2);
if (args[0] === 'serve') await serveTraining(args[1] as OurSide);
else await main(args);
