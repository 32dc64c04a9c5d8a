// `npx nx run bench:kernels`: measures every kernel against its reference library and writes docs/performance/kernels.md.
// With ids as arguments, measures only those rows and keeps the others.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { featureKernels } from './kernels/features.js';
import type { Kernel } from './kernels/kernel.js';
import { lossKernels } from './kernels/losses.js';
import { imageKernels } from './kernels/images.js';
import { referencePython } from './kernels/reference-python.js';
import { loadNow, type Measured, median, page } from './kernels/report.js';
import { serve } from './kernels/serve.js';
import { type Side, startOurs, startReference } from './kernels/side.js';

const kernels: readonly Kernel[] = [...featureKernels, ...imageKernels, ...lossKernels];
const document = 'docs/performance/kernels.md';
const figures = 'docs/performance/kernels.json';

async function seconds(side: Side, calls: number): Promise<number> {
  // Threads of the other side stop spinning first.
  await setTimeout(250);
  const reply = await side.ask({ run: calls });
  return (reply['seconds'] as number) / calls;
}

const numbersOf = async (file: string): Promise<Float64Array> =>
  new Float64Array(Uint8Array.from(await readFile(file)).buffer);

async function measure(kernel: Kernel, ours: Side, theirs: Side, folder: string): Promise<Measured> {
  const { inputs } = await ours.ask({ prepare: kernel.id, folder });
  await theirs.ask({ prepare: kernel.rival, folder, inputs, settings: kernel.settings });
  // Short kernels warm up; long ones would only take longer.
  if (kernel.calls > 1) for (const side of [ours, theirs]) await side.ask({ run: kernel.calls });
  const load = loadNow();
  const times: Record<'ours' | 'theirs', number[]> = { ours: [], theirs: [] };
  for (let round = 0; round < kernel.rounds; round++) {
    times.ours.push(await seconds(ours, kernel.calls));
    times.theirs.push(await seconds(theirs, kernel.calls));
  }
  const answers = { ours: join(folder, 'our-answer'), theirs: join(folder, 'their-answer') };
  const memory = {
    ours: (await ours.ask({ answer: answers.ours }))['peak'] as number,
    theirs: (await theirs.ask({ answer: answers.theirs }))['peak'] as number,
  };
  const agreement = kernel.compare(await numbersOf(answers.ours), await numbersOf(answers.theirs));
  return { id: kernel.id, ...times, memory, agreement, load, day: new Date().toISOString().slice(0, 10) };
}

async function measureGroup(
  group: readonly Kernel[],
  python: string,
  keep: (measured: Measured) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'twoshot-kernels-'));
  const [ours, theirs] = [startOurs(fileURLToPath(import.meta.url)), startReference(python)];
  try {
    for (const kernel of group) {
      const measured = await measure(kernel, ours, theirs, folder);
      await keep(measured);
      const ratio = median(measured.ours.map((value, round) => value / measured.theirs[round]!));
      console.log(
        `${kernel.id.padEnd(34)} ${median(measured.ours).toFixed(4)} s, reference ${median(measured.theirs).toFixed(4)} s, ratio ${ratio.toFixed(3)} (at most ${kernel.maximum}), ${measured.agreement}`,
      );
    }
  } finally {
    ours.close();
    theirs.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function main(ids: readonly string[]): Promise<void> {
  const unknown = ids.find((id) => kernels.every((kernel) => kernel.id !== id));
  if (unknown !== undefined)
    throw new Error(`no kernel ${unknown}; there are ${kernels.map(({ id }) => id).join(', ')}`);
  const chosen = kernels.filter(({ id }) => ids.length === 0 || ids.includes(id));
  const python = referencePython();
  const versions = (await readFile('tools/reference/requirements.txt', 'utf8'))
    .split('\n')
    .filter((line) => line.includes('=='))
    .map((line) => line.replace('==', ' '))
    .join(', ');
  const known = await readFile(figures, 'utf8').catch(() => '[]');
  const results = new Map((JSON.parse(known) as Measured[]).map((measured) => [measured.id, measured]));
  await mkdir('docs/performance', { recursive: true });
  for (const name of new Set(chosen.map(({ group }) => group))) {
    const group = chosen.filter((kernel) => kernel.group === name);
    await measureGroup(group, python, async (measured) => {
      results.set(measured.id, measured);
      const kept = kernels.flatMap(({ id }) => results.get(id) ?? []);
      await writeFile(figures, `${JSON.stringify(kept, null, 2)}\n`);
      await writeFile(document, page(kernels, results, versions));
    });
  }
}

const args = process.argv.slice(2);
if (args[0] === 'serve') await serve(kernels);
else await main(args);
