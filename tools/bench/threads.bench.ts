// `npx nx run bench:threads`: times the stages of a pipeline with one thread and with two, in turn, and writes
// docs/performance/threads.md. `--share 0.05` of the training steps (default 0.1), `--rounds 3`, `--threads 1,2,8`,
// `--pipeline full`; through nx after `--`.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadNow } from './kernels/report.js';
import { stepsOf, timesOf } from './threads/measure.js';
import { page, total, type Times } from './threads/report.js';

const { values } = parseArgs({
  options: {
    share: { type: 'string', default: '0.1' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', default: '1,2' },
    pipeline: { type: 'string', default: 'full' },
  },
});
const pipeline = values.pipeline;
const share = Number(values.share);
const counts = values.threads.split(',').map(Number);
if (!(share > 0 && share <= 1)) throw new Error(`--share is ${values.share}; expected a number above 0, up to 1`);
if (counts.length < 2 || counts.some((count) => !Number.isInteger(count) || count < 1))
  throw new Error(`--threads is ${values.threads}; expected two numbers or more, such as 1,2`);

const wholeSteps = await stepsOf(pipeline);
const steps = Math.max(1, Math.round(share * wholeSteps));
const started = { pipeline, steps, wholeSteps, load: loadNow(), day: new Date().toISOString().slice(0, 10) };
const rounds: Times[][] = [];
for (let round = 0; round < Number(values.rounds); round++) {
  const times: Times[] = [];
  for (const threads of counts) {
    const store = await mkdtemp(join(tmpdir(), 'twoshot-threads-'));
    try {
      const own = await timesOf(pipeline, { threads, steps, store });
      console.log(`round ${round + 1}, threads ${threads}: ${total(own).toFixed(1)} s`);
      times.push(own);
    } finally {
      await rm(store, { recursive: true });
    }
  }
  rounds.push(times);
  const measured = { ...started, rounds };
  await mkdir('docs/performance', { recursive: true });
  await writeFile('docs/performance/threads.json', `${JSON.stringify(measured, null, 2)}\n`);
  await writeFile('docs/performance/threads.md', page(measured));
}
