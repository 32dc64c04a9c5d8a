import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { formatFailure, type Result } from '@twoshot/diagnostics';
import type { Graph, LoadOptions } from './graph.js';
import { loadPipeline } from './load.js';

/** Stages as plain objects: declarations without anything to run. */
const stages: Readonly<Record<string, string>> = {
  'ingest/tiny': `params: { shots: { schema: { type: 'integer', minimum: 1, default: 2 } }, draw: { schema: { type: 'integer', minimum: 1, default: 1 }, drawn: true }, path: { schema: { type: 'string', default: 'data' }, external: true }, tables: { schema: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }, { type: 'null' }], default: null }, external: true } },
    inputs: {}, outputs: { train: { kind: 'images', set: 'train' }, test: { kind: 'images', set: 'test' }, labels: { kind: 'labels' }, truth: { kind: 'truth' } }`,
  'ingest/other': `params: { draw: { schema: { type: 'integer', default: 1 }, drawn: true } },
    inputs: {}, outputs: { train: { kind: 'images', set: 'train' }, test: { kind: 'images', set: 'test' }, labels: { kind: 'labels' }, truth: { kind: 'truth' } }`,
  'augment/weak': `params: {}, inputs: {}, outputs: { policy: { kind: 'policy' } }`,
  'pretrain/tiny': `params: { steps: { schema: { type: 'integer', minimum: 1, default: 10 } }, rate: { schema: { type: 'number', default: 0.1 } }, net: { schema: { enum: ['conv4', 'resnet9'], default: 'conv4' } }, sizes: { schema: { type: 'array', items: { type: 'integer', minimum: 8 }, default: [] } }, width: { schema: { anyOf: [{ type: 'integer' }, { type: 'null' }], default: null } } },
    inputs: { images: { kind: 'images' }, policy: { kind: 'policy' }, init: { kind: 'model', optional: true } }, outputs: { model: { kind: 'model' } }`,
  'pretrain/plain': `params: { steps: { schema: { type: 'integer', default: 10 } } }, inputs: { images: { kind: 'images' } }, outputs: { model: { kind: 'model' } }`,
  'pretrain/named': `params: { backbone: { schema: { type: 'string' } } }, inputs: { images: { kind: 'images' } }, outputs: { model: { kind: 'model' } }`,
  'pretrain/outside': `params: { size: { schema: { type: 'integer', default: 3 } } }, outside: ({ size }) => 'net of size ' + size, inputs: {}, outputs: { model: { kind: 'model' } }`,
  'embed/extract': `params: {}, inputs: { model: { kind: 'model' }, images: { kind: 'images', query: true, many: true } }, outputs: { features: { kind: 'features' } }`,
  'embed/whiten': `params: {}, inputs: { fit: { kind: 'features' }, apply: { kind: 'features', query: true } }, outputs: { fit: { kind: 'features', from: ['fit'] }, applied: { kind: 'features' } }`,
  'infer/knn': `params: { k: { schema: { type: 'integer', default: 5 } } }, inputs: { reference: { kind: 'features' }, labels: { kind: 'labels' }, query: { kind: 'features', query: true } }, outputs: { predictions: { kind: 'predictions' } }`,
  'ensemble/mean': `params: {}, inputs: { predictions: { kind: 'predictions', many: true } }, outputs: { predictions: { kind: 'predictions' } }`,
  'ensemble/best': `params: {}, inputs: { predictions: { kind: 'predictions', many: true }, metrics: { kind: 'metrics', optional: true } }, outputs: { predictions: { kind: 'predictions' } }`,
  'ensemble/submission': `params: {}, inputs: { predictions: { kind: 'predictions' } }, outputs: { csv: { kind: 'submission' } }`,
  'report/score': `scores: true, params: {}, inputs: { predictions: { kind: 'predictions' }, truth: { kind: 'truth' } }, outputs: { metrics: { kind: 'metrics' } }`,
  'report/chart': `reports: true, params: {}, inputs: { metrics: { kind: 'metrics', many: true } }, outputs: { metrics: { kind: 'metrics' } }`,
  'ingest/renamed': `params: { draw: { schema: { type: 'integer', default: 1 }, formerly: 'index' } }, inputs: {}, outputs: { train: { kind: 'images', formerly: 'pictures' } }`,
  'embed/renamed': `params: {}, inputs: { images: { kind: 'images', formerly: 'pictures' } }, outputs: { features: { kind: 'features' } }`,
  'report/html': `reports: true, params: {}, inputs: { metrics: { kind: 'metrics', many: true, optional: true } }, outputs: { html: { kind: 'page' } }`,
};

/** A pipeline that uses every port of the line. */
export const full = `pipeline: full
params: { shots: 2 }
stages:
  data: { use: ingest/tiny, params: { shots: \${shots} } }
  policy: { use: augment/weak }
  backbone: { use: pretrain/tiny, in: { images: data.train, policy: policy.policy }, params: { steps: 20 } }
  reference: { use: embed/extract, in: { model: backbone.model, images: data.train } }
  query: { use: embed/extract, in: { model: backbone.model, images: [data.test] } }
  spread: { use: infer/knn, in: { reference: reference.features, labels: data.labels, query: query.features } }
  vote: { use: ensemble/mean, in: { predictions: [spread.predictions] } }
  submission: { use: ensemble/submission, in: { predictions: vote.predictions } }
  score: { use: report/score, in: { predictions: vote.predictions, truth: data.truth } }
  page: { use: report/html, in: { metrics: [score.metrics] } }
outputs: { submission: submission.csv, report: page.html }
`;

/** The full pipeline with one change. */
export function change(from: string, to: string): string {
  if (!full.includes(from)) throw new Error(`the pipeline does not contain ${from}`);
  return full.replace(from, to);
}

/** A workspace in a temporary folder, with one package that offers the stages. */
export class Workspace {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  static async create(): Promise<Workspace> {
    const workspace = new Workspace(await realpath(await mkdtemp(join(tmpdir(), 'twoshot-pipeline-'))));
    await workspace.write('package.json', JSON.stringify({ name: 'fixture', workspaces: ['packages/*'] }));
    const catalogue: Record<string, string> = {};
    for (const [name, body] of Object.entries(stages)) {
      const file = `./dist/${name.replace('/', '-')}.js`;
      catalogue[name] = file;
      const source = `export default { name: '${name}', summary: 'of the fixture', run: async () => {}, ${body} };\n`;
      await workspace.write(join('packages/stages', file), source);
    }
    const manifest = { name: '@fixture/stages', type: 'module', twoshot: { catalogue } };
    await workspace.write('packages/stages/package.json', JSON.stringify(manifest, null, 2));
    return workspace;
  }

  path(file: string): string {
    return join(this.root, file);
  }

  async write(file: string, text: string | Uint8Array): Promise<void> {
    await mkdir(dirname(this.path(file)), { recursive: true });
    await writeFile(this.path(file), text);
  }

  async load(text: string, options: Partial<LoadOptions> = {}): Promise<Result<Graph>> {
    await this.write('a.yaml', text);
    return loadPipeline(this.path('a.yaml'), { workspace: this.root, set: [], ...options });
  }

  /** The graph of a pipeline that must be valid. */
  async graph(text: string, options: Partial<LoadOptions> = {}): Promise<Graph> {
    const result = await this.load(text, options);
    if (!result.ok) throw new Error(this.show(result.failures));
    return result.value;
  }

  /** The messages for a pipeline that must be invalid. */
  async complaint(text: string, options: Partial<LoadOptions> = {}): Promise<string> {
    const result = await this.load(text, options);
    if (result.ok) throw new Error('the pipeline is valid');
    return this.show(result.failures);
  }

  show(failures: readonly Parameters<typeof formatFailure>[0][]): string {
    return failures.map((failure) => formatFailure(failure, { base: this.root })).join('\n\n');
  }

  remove(): Promise<void> {
    return rm(this.root, { recursive: true, force: true });
  }
}
