// `npx nx run bench:encoders`: times EfficientNet-Lite on native, on WebAssembly and in onnxruntime-node, in turn, and writes
// docs/performance/encoders.md. With ids as arguments, measures only those rows and keeps the others. `--photos` names a
// folder of JPEG files (default ../shared/data/photos), `--rounds` the rounds (default 9).
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { coreRatio, type Measured, page, rateRatios, type Times } from './encoders/report.js';
import { type EncoderSide, encoderSides, rows, type Row } from './encoders/rows.js';
import { serveEncoder } from './encoders/serve.js';
import { loadNow } from './kernels/report.js';
import { type Side, startOurs } from './kernels/side.js';

const document = 'docs/performance/encoders.md';
const figures = 'docs/performance/encoders.json';

async function measure(row: Row, photos: string, rounds: number): Promise<Measured> {
  const sides: [EncoderSide, Side][] = encoderSides.map((side) => [
    side,
    startOurs(fileURLToPath(import.meta.url), side, row.id, photos),
  ]);
  try {
    const features = new Map<EncoderSide, readonly number[]>();
    for (const [name, side] of sides)
      features.set(name, (await side.ask({ run: row.images }))['features'] as readonly number[]);
    const load = loadNow();
    const times = Object.fromEntries(encoderSides.map((side) => [side, { seconds: [], cpu: [] }])) as unknown as Record<EncoderSide, Record<keyof Times, number[]>>; // prettier-ignore
    for (let round = 0; round < rounds; round++) {
      for (const [name, side] of sides) {
        // Threads of the other sides stop looking for work first.
        await setTimeout(200);
        const reply = await side.ask({ run: row.images });
        for (const what of ['seconds', 'cpu'] as const) times[name][what].push((reply[what] as number) / row.images);
      }
    }
    const theirs = features.get('onnxruntime')!;
    const difference = (side: EncoderSide): number =>
      Math.max(...features.get(side)!.map((value, i) => Math.abs(value - theirs[i]!)));
    const differences = { native: difference('native'), wasm: difference('wasm') };
    return { id: row.id, times, differences, load, day: new Date().toISOString().slice(0, 10) };
  } finally {
    for (const [, side] of sides) side.close();
  }
}

async function main(): Promise<void> {
  const { values, positionals: ids } = parseArgs({
    allowPositionals: true,
    options: {
      photos: { type: 'string', default: '../shared/data/photos' },
      rounds: { type: 'string', default: '9' },
    },
  });
  const unknown = ids.find((id) => rows.every((row) => row.id !== id));
  if (unknown !== undefined) throw new Error(`no row ${unknown}; there are ${rows.map(({ id }) => id).join(', ')}`);
  const known = await readFile(figures, 'utf8').catch(() => '[]');
  const results = new Map((JSON.parse(known) as Measured[]).map((measured) => [measured.id, measured]));
  await mkdir('docs/performance', { recursive: true });
  for (const row of rows.filter(({ id }) => ids.length === 0 || ids.includes(id))) {
    const measured = await measure(row, values.photos, Number(values.rounds));
    results.set(row.id, measured);
    const ratios = (['native', 'wasm'] as const).map((side) => {
      const [best, median] = rateRatios(measured, side);
      return `${side} ${best.toFixed(2)} / ${median.toFixed(2)}, of the cores ${coreRatio(measured, side).toFixed(2)}`;
    });
    console.log(`${row.id.padEnd(28)} ${ratios.join('; ')}`);
    const kept = rows.flatMap(({ id }) => results.get(id) ?? []);
    await writeFile(figures, `${JSON.stringify(kept, null, 2)}\n`);
    await writeFile(document, page(rows, results));
  }
}

const [command, side, id, photos] = process.argv.slice(2);
if (command === 'serve')
  await serveEncoder(
    side as EncoderSide,
    rows.find((row) => row.id === id)!,
    photos!,
  );
else await main();
