import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const checkout = fileURLToPath(new URL('../../../..', import.meta.url));

/** Prelude of every stage of the fixture: it records that it ran, and stores one number as a policy. */
const prelude = (depth = './'): string => `import { ran } from '${depth}note.js';
const read = async (input) => (await (await import('@twoshot/artifact')).readPolicy(input.path)).value;
const write = async (dir, value) => (await import('@twoshot/artifact')).writePolicy(dir, { value });
const number = (fallback) => ({ schema: { type: 'number', default: fallback }, external: false });
const policy = { kind: 'policy', doc: '' };
`;

const stages: Readonly<Record<string, string>> = {
  'make/number': `params: { value: number(1), unread: number(0), draw: { ...number(1), drawn: true }, useDraw: { schema: { type: 'boolean', default: false } } }, inputs: {}, outputs: { out: policy },
    async run({ params, outputs, log }) { ran('make/number'); log('value ' + params.value); await write(outputs.out, params.value + (params.useDraw ? params.draw : 0)); }`,
  'make/warned': `params: {}, inputs: {}, outputs: { out: policy },
    async run({ outputs, warn }) { ran('make/warned'); warn('one image is left out'); await write(outputs.out, 1); }`,
  'make/seeded': `params: {}, inputs: {}, outputs: { out: policy },
    async run({ seed, outputs }) { ran('make/seeded'); await write(outputs.out, seed('x')); }`,
  'make/file': `params: { path: { schema: { type: 'string' }, external: true } }, inputs: {}, outputs: { out: policy },
    async run({ params, outputs }) { ran('make/file'); const { readFile } = await import('node:fs/promises'); await write(outputs.out, (await readFile(params.path, 'utf8')).length); }`,
  'make/fetched': `params: { path: { schema: { type: 'string' }, external: true } }, inputs: {}, outputs: { out: policy },
    async prepare({ params }) { ran('prepare'); const { writeFile } = await import('node:fs/promises'); await writeFile(params.path, 'brought'); },
    async run({ params, outputs }) { ran('make/fetched'); const { readFile } = await import('node:fs/promises'); await write(outputs.out, (await readFile(params.path, 'utf8')).length); }`,
  'math/double': `params: { plus: number(0) }, inputs: { in: policy }, outputs: { out: policy },
    async run({ params, inputs, outputs }) { ran('math/double'); const { double } = await import('./arithmetic.js'); await write(outputs.out, double(await read(inputs.in)) + params.plus); }`,
  'math/parity': `params: {}, inputs: { in: policy }, outputs: { out: policy },
    async run({ inputs, outputs }) { ran('math/parity'); const { parity } = await import('./arithmetic.js'); await write(outputs.out, parity(await read(inputs.in))); }`,
  'math/sum': `params: {}, inputs: { in: { ...policy, many: true } }, outputs: { out: policy },
    async run({ inputs, outputs }) { ran('math/sum'); let sum = 0; for (const one of inputs.in) sum += await read(one); await write(outputs.out, sum); }`,
  'math/threaded': `params: {}, inputs: { in: policy }, outputs: { out: policy },
    async run({ inputs, outputs }) { ran('math/threaded'); const { Worker } = await import('node:worker_threads');
      const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: await read(inputs.in) });
      const value = await new Promise((resolve, reject) => { worker.on('message', resolve); worker.on('error', reject); }); await write(outputs.out, value); }`,
  'math/env': `params: {}, env: ['TWOSHOT_TEST_VALUE'], inputs: {}, outputs: { out: policy },
    async run({ outputs }) { ran('math/env'); await write(outputs.out, Number(process.env.TWOSHOT_TEST_VALUE ?? 0)); }`,
  'math/engine': `params: {}, engine: true, inputs: { in: policy }, outputs: { out: policy },
    async run({ inputs, outputs }) { ran('math/engine'); await write(outputs.out, await read(inputs.in)); }`,
  'math/threads': `params: {}, engine: true, resources: { threads: 'all' }, inputs: { in: policy }, outputs: { out: policy },
    async run({ threads, inputs, outputs }) { ran('math/threads'); await write(outputs.out, 100 * (await read(inputs.in)) + threads); }`,
  'math/few': `params: {}, engine: true, resources: { threads: { maximum: 4 } }, inputs: { in: policy }, outputs: { out: policy },
    async run({ threads, inputs, outputs }) { ran('math/few'); await write(outputs.out, 100 * (await read(inputs.in)) + threads); }`,
  'report/score': `params: {}, inputs: { in: policy }, outputs: { metrics: { kind: 'metrics', doc: '', shown: true } },
    async run({ inputs, outputs }) { ran('report/score'); const { writeMetrics } = await import('@twoshot/artifact'); const value = await read(inputs.in);
      await writeMetrics(outputs.metrics, { values: { accuracy: value / 100 }, protocol: { type: 'classification', split: 1, draw: 1, seed: 0, labelled: 20, transductive: false, rows: 10, n: 1, set: 'test' }, confusion: null, classNames: ['a'] }); }`,
  'make/big': `params: { bytes: number(1) }, inputs: {}, outputs: { out: policy },
    async run({ params, outputs }) { ran('make/big'); await write(outputs.out, 'x'.repeat(params.bytes)); }`,
  'bad/throws': `params: {}, inputs: { in: policy }, outputs: { out: policy }, async run() { ran('bad/throws'); throw new Error('it broke'); }`,
  'bad/mistake': `params: {}, inputs: {}, outputs: { out: policy }, async run() { const { StageInputError } = await import('@twoshot/stage'); throw new StageInputError('folder-empty', 'the folder is empty', { file: '/somewhere' }); }`,
  'bad/rewrites': `params: {}, inputs: { in: policy }, outputs: { out: policy },
    async run({ inputs, outputs }) { ran('bad/rewrites'); const { execFileSync } = await import('node:child_process');
      execFileSync('sh', ['-c', 'chmod u+w "$0"; echo "{\\"value\\":41}" > "$0"', inputs.in.path + '/policy.json']); await write(outputs.out, await read(inputs.in)); }`,
  'bad/writes': `params: { path: { schema: { type: 'string' }, external: false } }, inputs: {}, outputs: { out: policy },
    async run({ params, outputs }) { await write(outputs.out, 1); await (await import('node:fs/promises')).writeFile(params.path, 'x'); }`,
  'bad/reads': `params: { path: { schema: { type: 'string' }, external: false } }, inputs: {}, outputs: { out: policy },
    async run({ params, outputs }) { const { readFileSync } = await import('node:fs'); await write(outputs.out, readFileSync(params.path, 'utf8')); }`,
  'make/installed': `params: { path: { schema: { type: 'string' }, external: false } }, installs: 'notes', inputs: {}, outputs: { out: policy },
    async run({ params, outputs }) { const { mkdir, writeFile } = await import('node:fs/promises'); const { dirname } = await import('node:path');
      await mkdir(dirname(params.path), { recursive: true }); await writeFile(params.path, 'x'); await write(outputs.out, 1); }`,
  'make/temporary': `params: {}, inputs: {}, outputs: { out: policy },
    async run({ outputs, log }) { const { mkdtemp } = await import('node:fs/promises'); const { tmpdir } = await import('node:os'); log(await mkdtemp(tmpdir() + '/x')); await write(outputs.out, 1); }`,
  'bad/env': `params: {}, env: ['SHELL_LEVEL_DECLARED'], inputs: {}, outputs: { out: policy },
    async run({ outputs, log }) { log('sees ' + [process.env.SHELL_LEVEL_DECLARED, process.env.SHELL_LEVEL_HIDDEN]); await write(outputs.out, 1); }`,
  'bad/leaves': `params: {}, inputs: {}, outputs: { out: policy },
    async run({ outputs, log }) { const { spawn } = await import('node:child_process'); await write(outputs.out, 1);
      const left = spawn('sleep', ['600'], { detached: true, stdio: 'inherit' }); log('left ' + left.pid); left.unref(); }`,
  'bad/dies': `params: {}, inputs: {}, outputs: { out: policy }, async run() { ran('bad/dies'); process.kill(process.pid, 'SIGKILL'); await new Promise(() => {}); }`,
  'slow/count': `length: 'steps', params: { steps: number(6), plus: number(0), path: { schema: { type: 'string' }, external: false } }, inputs: {}, outputs: { out: policy },
    async run({ params, outputs, log, checkpoints }) { ran('slow/count'); const { existsSync } = await import('node:fs'); const place = checkpoints('count');
      const found = await place.load(({ step }) => step <= params.steps); let sum = found?.values.get('sum')[0] ?? params.plus; const first = found?.step ?? 0; log('from ' + first);
      for (let step = first; step < params.steps; step++) { if (step === 4 && existsSync(params.path)) { process.kill(process.pid, 'SIGKILL'); await new Promise(() => {}); }
        sum += step; await place.save({ step: step + 1, values: new Map([['sum', Float64Array.of(sum)]]) }, step + 1 === params.steps); }
      await write(outputs.out, sum); }`,
  'wait/file': `params: { path: { schema: { type: 'string' }, external: false } }, resources: { threads: 'all' }, inputs: { after: { ...policy, optional: true } }, outputs: { out: policy },
    async run({ params, outputs, log }) { ran('wait/file'); const { existsSync } = await import('node:fs'); log('waiting');
      while (!existsSync(params.path)) await new Promise((resolve) => setTimeout(resolve, 10)); await write(outputs.out, 1); }`,
};

const files: Readonly<Record<string, string>> = {
  'note.js': `import { appendFileSync } from 'node:fs';
export const ran = (stage) => appendFileSync(process.env.TWOSHOT_TEST_NOTES, stage + ' ' + process.pid + '\\n');
`,
  'arithmetic.js': `/** Twice a number. */
export const double = (value) => 2 * value;
export const parity = (value) => value % 2;
`,
  'worker.js': `import { parentPort, workerData } from 'node:worker_threads';
import { triple } from './triple.js';
parentPort.postMessage(triple(workerData));
`,
  'triple.js': `export const triple = (value) => 3 * value;
export const unused = (value) => 5 * value;
`,
};

/** A workspace with stages that run. */
export class StageWorkspace {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  static async create(): Promise<StageWorkspace> {
    return new StageWorkspace(await realpath(await mkdtemp(join(tmpdir(), 'twoshot-run-')))).fill();
  }

  /** Writes the stages, and links the packages that they need. */
  async fill(): Promise<this> {
    process.env['TWOSHOT_TEST_NOTES'] = this.path('notes');
    process.env['TWOSHOT_STAGE_WRITES'] = this.path('notes');
    await this.write('package.json', JSON.stringify({ name: 'fixture', workspaces: ['packages/*'] }));
    const catalogue: Record<string, string> = {};
    for (const [name, body] of Object.entries(stages)) {
      const file = `${name.replace('/', '-')}.js`;
      catalogue[name] = `./dist/${file}`;
      await this.code(file, `${prelude()}export default { name: '${name}', summary: '', ${body} };\n`);
    }
    for (const [file, text] of Object.entries(files)) await this.code(file, text);
    await this.write(
      'packages/stages/package.json',
      JSON.stringify({
        name: '@fixture/stages',
        version: '1.0.0',
        type: 'module',
        sideEffects: false,
        twoshot: { catalogue },
      }),
    );
    await this.write('notes', '');
    await mkdir(this.path('node_modules/@twoshot'), { recursive: true });
    for (const name of ['artifact', 'disk', 'stage', 'engine'])
      await symlink(join(checkout, 'packages', name), this.path(`node_modules/@twoshot/${name}`));
    return this;
  }

  path(file: string): string {
    return join(this.root, file);
  }

  async write(file: string, text: string): Promise<void> {
    await mkdir(dirname(this.path(file)), { recursive: true });
    await writeFile(this.path(file), text);
  }

  /** Writes a file of the package that offers the stages. */
  code(file: string, text: string): Promise<void> {
    return this.write(join('packages/stages/dist', file), text);
  }

  /** Stages that ran since the last call, in order. */
  async ran(): Promise<string[]> {
    const notes = await this.notes();
    await this.write('notes', '');
    return notes.map(({ stage }) => stage);
  }

  /** Stages that began, with the processes of their hosts. */
  async notes(): Promise<{ stage: string; pid: number }[]> {
    const lines = (await readFile(this.path('notes'), 'utf8')).split('\n').slice(0, -1);
    return lines.map((line) => {
      const [stage = '', pid] = line.split(' ');
      return { stage, pid: Number(pid) };
    });
  }

  remove(): Promise<void> {
    // A run that failed may still be at the bundles of stages that it did not come to.
    return rm(this.root, { recursive: true, force: true, maxRetries: 5 });
  }
}
