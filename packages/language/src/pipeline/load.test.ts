import { afterAll, beforeAll, expect, test } from 'vitest';
import { full, Workspace } from './workspace.fixture.js';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await Workspace.create();
});
afterAll(() => workspace.remove());

test('a pipeline becomes a graph', async () => {
  const graph = await workspace.graph(full);
  expect(graph).toMatchObject({
    name: 'full',
    file: workspace.path('a.yaml'),
    seed: 0,
    params: { shots: 2 },
    outputs: [
      { name: 'submission', stage: 'submission', port: 'csv', fileName: 'submission.csv' },
      { name: 'report', stage: 'page', port: 'html', fileName: 'report.html' },
    ],
  });
  expect(graph.stages.map(({ id }) => id)).toEqual([
    'data',
    'policy',
    'backbone',
    'reference',
    'query',
    'spread',
    'vote',
    'submission',
    'score',
    'page',
  ]);
  const backbone = graph.stages.find(({ id }) => id === 'backbone');
  expect(backbone).toMatchObject({
    instance: 'backbone',
    use: 'pretrain/tiny',
    entry: workspace.path('packages/stages/dist/pretrain-tiny.js'),
    axes: {},
    params: { steps: 20 },
    seedAxis: null,
    inputs: { images: { stage: 'data', port: 'train' }, policy: { stage: 'policy', port: 'policy' }, init: null },
    where: { line: 6, column: 3 },
  });
  expect(backbone?.declaration.name).toBe('pretrain/tiny');
  expect(backbone?.paramSources['steps']).toMatchObject({ line: 6, column: 103 });
  expect(graph.stages.find(({ id }) => id === 'vote')?.inputs).toEqual({
    predictions: [{ stage: 'spread', port: 'predictions' }],
  });
});

test('stages come in topological order, whatever the order of the file', async () => {
  const graph = await workspace.graph(`stages:
  late: { use: embed/extract, in: { model: model.model, images: [data.test] } }
  model: { use: pretrain/plain, in: { images: data.train } }
  data: { use: ingest/tiny }
`);
  expect(graph.name).toBe('a');
  expect(graph.stages.map(({ id }) => id)).toEqual(['data', 'model', 'late']);
});

test('the seed is that of the option, else of the file, else 0', async () => {
  expect((await workspace.graph(`seed: 7\n${full}`)).seed).toBe(7);
  expect((await workspace.graph(`seed: 7\n${full}`, { seed: 8 })).seed).toBe(8);
  expect(await workspace.complaint(`seed: -1\n${full}`))
    .toBe(`a.yaml:1:7: \`seed\` of the pipeline must be an integer of at least 0 and at most 9007199254740991
  1 | seed: -1
    |       ^^
  expected: an integer of at least 0 and at most 9007199254740991
  found:    \`-1\` (number)`);
});

test('a draw goes to every stage that draws', async () => {
  const graph = await workspace.graph(full, { draw: 7, set: ['data.draw=3'] });
  expect(graph.stages.flatMap(({ params }) => params['draw'] ?? [])).toEqual([7]);
  const complaint = await workspace.complaint('stages: { policy: { use: augment/weak } }', { draw: 7 });
  expect(complaint).toBe(`command line:1:1: no stage of this pipeline has a param that \`--draws\` can set
  1 | --draws 7
    | ^^^^^^^
  next:     npx twoshot stages NAME marks such params as \`drawn\``);
});

test('a draw must fit, too', async () => {
  expect(await workspace.complaint(full, { draw: 0 }))
    .toBe(`command line:1:9: \`draw\` of \`data\` (ingest/tiny) must be an integer of at least 1
  1 | --draws 0
    |         ^
  expected: an integer of at least 1
  found:    \`0\` (number)`);
});

test('only the stages that are used are imported', async () => {
  await workspace.write(
    'packages/bad/package.json',
    JSON.stringify({
      name: 'bad',
      twoshot: {
        catalogue: {
          'bad/throws': './throws.js',
          'bad/missing': './none.js',
          'bad/empty': './empty.js',
          'bad/name': './name.js',
        },
      },
    }),
  );
  await workspace.write('packages/bad/throws.js', "throw new Error('no library');\n");
  await workspace.write('packages/bad/empty.js', 'export default { name: "bad/empty" };\n');
  await workspace.write(
    'packages/bad/name.js',
    'export default { name: "bad/nome", summary: "", params: {}, inputs: {}, outputs: {}, run() {} };\n',
  );
  expect((await workspace.graph(full)).stages).toHaveLength(10);

  const complaint = await workspace.complaint(
    'stages:\n  a: { use: bad/missing }\n  b: { use: bad/empty }\n  c: { use: bad/name }\n',
  );
  const packages = workspace.path('packages/bad');
  expect(complaint.replaceAll(packages, '.').replaceAll(/`[^`]*packages\/bad/g, '`.'))
    .toBe(`a.yaml:2:13: the stage \`bad/missing\` cannot be loaded from \`./none.js\`: its file does not exist
  2 |   a: { use: bad/missing }
    |             ^^^^^^^^^^^
  next:     npx tsc -b

a.yaml:3:13: the stage \`bad/empty\` cannot be loaded from \`./empty.js\`: its default export is not a stage declaration
  3 |   b: { use: bad/empty }
    |             ^^^^^^^^^
  expected: \`export default defineStage({ name, summary, params, inputs, outputs, run })\`

a.yaml:4:13: the stage \`bad/name\` cannot be loaded from \`./name.js\`: its declaration has another name than the catalogue
  4 |   c: { use: bad/name }
    |             ^^^^^^^^
  expected: \`bad/name\`
  found:    \`bad/nome\` (string)`);
  expect(await workspace.complaint('stages: { a: { use: bad/throws } }')).toMatch(
    /^a\.yaml:1:21: the stage `bad\/throws` cannot be loaded from `.*throws\.js`: Error: no library\n[^]*\n {2}see: {6}packages\/bad\/throws\.js:\d+:\d+ \(thrown here\)$/,
  );
});
