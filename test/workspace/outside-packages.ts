/** Packages of somebody who has never seen this repository: files by path, relative to their workspace. */
export const outsidePackages: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({ name: 'lab', private: true, workspaces: ['./packages/**', '!packages/old'] }),
  'packages/methods/marbles/package.json': JSON.stringify({
    name: '@lab/marbles',
    version: '1.0.0',
    type: 'module',
    twoshot: {
      catalogue: {
        'marbles/draw': './draw.js',
        'marbles/guess': './guess.js',
        'marbles/judge': './judge.js',
        'marbles/poster': './poster.js',
      },
    },
  }),
  'packages/old/package.json': JSON.stringify({
    name: '@lab/old',
    version: '1.0.0',
    twoshot: { catalogue: { 'marbles/guess': './gone.js' } },
  }),
  'packages/methods/marbles/draw.js': `import { defineStage, integer } from '@twoshot/stage';
export default defineStage({
  name: 'marbles/draw', summary: 'Takes a handful of marbles',
  params: { handful: integer({ drawn: true, default: 1, minimum: 1, doc: 'which handful' }) },
  inputs: {},
  outputs: { marbles: { kind: 'policy', set: 'shelf', doc: 'their sizes' }, truth: { kind: 'truth', doc: 'the sum' } },
  async run({ params, outputs, seed }) {
    const { writePolicy } = await import('@twoshot/artifact');
    const sizes = [params.handful, seed('sizes') % 7];
    await writePolicy(outputs.marbles, { sizes });
    await writePolicy(outputs.truth, { sum: sizes[0] + sizes[1] });
  },
});
`,
  'packages/methods/marbles/guess.js': `import { defineStage } from '@twoshot/stage';
export default defineStage({
  name: 'marbles/guess', summary: 'Guesses the sum', params: {},
  inputs: { marbles: { kind: 'policy', query: true, doc: 'sizes' }, hint: { kind: 'metrics', optional: true, doc: 'a hint' } },
  outputs: { guess: { kind: 'policy', doc: 'the sum' } },
  async run({ inputs, outputs }) {
    const { readPolicy, writePolicy } = await import('@twoshot/artifact');
    const { sizes } = await readPolicy(inputs.marbles.path);
    await writePolicy(outputs.guess, { sum: 2 * sizes[0] });
  },
});
`,
  'packages/methods/marbles/judge.js': `import { defineStage } from '@twoshot/stage';
export default defineStage({
  name: 'marbles/judge', summary: 'Scores guesses', params: {}, scores: true,
  inputs: { guess: { kind: 'policy', doc: 'a sum' }, truth: { kind: 'truth', doc: 'the sum' } },
  outputs: { metrics: { kind: 'metrics', shown: true, doc: 'how near' } },
  async run({ inputs, outputs }) {
    const { readPolicy, writeMetrics } = await import('@twoshot/artifact');
    const [guess, truth] = [await readPolicy(inputs.guess.path), await readPolicy(inputs.truth.path)];
    const { holds, seen } = inputs.guess;
    await writeMetrics(outputs.metrics, {
      values: { accuracy: 1 / (1 + Math.abs(guess.sum - truth.sum)) },
      protocol: { type: 'classification', set: holds.join('+'), rows: 1, labelled: 0, split: 0, draw: 0, seed: 0, transductive: seen.length > 0, n: 1 },
      confusion: null, classNames: ['marble'],
    });
  },
});
`,
  'packages/methods/marbles/poster.js': `import { defineStage } from '@twoshot/stage';
export default defineStage({
  name: 'marbles/poster', summary: 'Shows scores', params: {}, reports: true,
  inputs: { metrics: { kind: 'metrics', doc: 'scores' } }, outputs: { poster: { kind: 'page', doc: 'a page' } },
  async run({ outputs }) {
    const { writeFile } = await import('node:fs/promises');
    await writeFile(outputs.poster + '/poster.html', '<p>marbles</p>');
  },
});
`,
  'packages/box/package.json': JSON.stringify({
    name: '@lab/box',
    version: '1.0.0',
    type: 'module',
    twoshot: { stores: { box: './box.js' } },
  }),
  'packages/box/box.js': `import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const orElse = (other) => (error) => { if (error.code === 'ENOENT') return other; throw error; };

/** All that is kept is JSON in one folder, and artifacts in another. */
function box(address, root) {
  const at = (...names) => join(root, ...names.map(encodeURIComponent));
  const get = (name, other) => readFile(at(name), 'utf8').then(JSON.parse, orElse(other));
  let puts = 0;
  // In one step: another stage may read it at any moment.
  const put = async (name, value) => {
    const whole = at('put ' + process.pid + ' ' + puts++);
    await writeFile(whole, JSON.stringify(value));
    await rename(whole, at(name));
  };
  const digests = async (prefix) => (await readdir(root)).map(decodeURIComponent).filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  const remove = (path) => () => rm(path, { recursive: true, force: true });
  return {
    address,
    hasArtifact: (digest) => readdir(at('artifact ' + digest)).then(() => true, orElse(false)),
    async putArtifact(digest, directory) {
      // In one step, since two stages may put the same artifact at once.
      await rename(directory, at('artifact ' + digest)).catch(remove(directory));
    },
    materialise: async (digest) => at('artifact ' + digest),
    dropArtifact: (digest) => remove(at('artifact ' + digest))(),
    artifacts: () => digests('artifact '),
    results: () => digests('result '),
    result: async (key) => (await get('result ' + key, null))?.manifest ?? null,
    async putResult(base, manifest, log) {
      await put('result ' + manifest.key, { manifest, log });
      await put('reads ' + base, [...(await get('reads ' + base, [])), manifest.reads]);
    },
    readSets: (base) => get('reads ' + base, []),
    log: async (key) => (await get('result ' + key, null))?.log ?? null,
    history: (stage) => get('history ' + stage, []),
    remember: async (stage, key) => put('history ' + stage, [...(await get('history ' + stage, [])), key]),
    lock: async () => ({ release: async () => {} }),
    async scratch() {
      const path = await mkdtemp(at('scratch '));
      return { path, remove: remove(path) };
    },
    checkpoints(kind, work) {
      const folder = at('checkpoints', kind, work);
      return { folder, remove: remove(folder), keepEnds: remove(folder) };
    },
    async runFolder(run) {
      await mkdir(at('runs', run), { recursive: true });
      return at('runs', run);
    },
    sweep: async () => {},
    failureOf: () => null,
  };
}

export default {
  async open(address) {
    const root = join(import.meta.dirname, address.slice('box:'.length));
    await mkdir(root, { recursive: true });
    return { ok: true, value: box(address, root) };
  },
};
`,
  'pipelines/line.yaml': `stages:
  draw: { use: marbles/draw }
  guess: { use: marbles/guess, in: { marbles: draw.marbles } }
  judge: { use: marbles/judge, in: { guess: guess.guess, truth: draw.truth } }
  poster: { use: marbles/poster, in: { metrics: judge.metrics } }
outputs: { poster: poster.poster }
`,
};
