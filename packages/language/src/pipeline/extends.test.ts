import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { formatWhere } from '@twoshot/diagnostics';
import type { StageNode } from './graph.js';
import { full, Workspace } from './workspace.fixture.js';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await Workspace.create();
});
beforeEach(() => workspace.write('full.yaml', full));
afterAll(() => workspace.remove());

const stage = async (text: string, id: string): Promise<StageNode> => {
  const graph = await workspace.graph(`extends: ./full.yaml\n${text}`);
  const node = graph.stages.find((each) => each.id === id);
  if (node === undefined) throw new Error(`no stage ${id}`);
  return node;
};

test('what is not named stays unchanged', async () => {
  await workspace.write('full.yaml', `seed: 3\n${full}`);
  const graph = await workspace.graph('extends: ./full.yaml\n');
  const original = await workspace.graph(full);
  expect(graph.stages).toEqual(
    original.stages.map((node) => ({ ...node, where: expect.anything(), paramSources: expect.anything() })),
  );
  expect(graph).toMatchObject({ name: 'a', seed: 3, params: { shots: 2 }, outputs: original.outputs });
});

test('a stage may be removed with the edge that another implementation does not take', async () => {
  const node = await stage('stages: { policy: null, backbone: { use: pretrain/plain } }', 'backbone');
  expect(Object.keys(node.inputs)).toEqual(['images']);
});

test('params and inputs of a stage merge key by key, and each value knows its file', async () => {
  const node = await stage('stages: { backbone: { in: { images: data.test }, params: { rate: 0.5 } } }', 'backbone');
  expect(node.params).toEqual({ steps: 20, rate: 0.5 });
  expect(node.inputs).toMatchObject({ images: { port: 'test' }, policy: { stage: 'policy' } });
  expect(formatWhere(node.paramSources['steps'] ?? node.where, workspace.root)).toBe('full.yaml:6:103');
  expect(formatWhere(node.paramSources['rate'] ?? node.where, workspace.root)).toBe('a.yaml:2:66');
});

test('another implementation inherits the edges that fit and the axis `seed`, but no params', async () => {
  const node = await stage('stages: { backbone: { use: pretrain/plain } }', 'backbone');
  expect(node).toMatchObject({ use: 'pretrain/plain', params: {}, inputs: { images: { stage: 'data' } } });
  expect((await stage('stages: { data: { use: ingest/other } }', 'data')).params).toEqual({});
  await workspace.write(
    'swept.yaml',
    'extends: full.yaml\nstages: { backbone: { matrix: { seed: [1, 2], rate: [3, 4] } } }\n',
  );
  const graph = await workspace.graph('extends: swept.yaml\nstages: { backbone: { use: pretrain/plain } }\n');
  expect(graph.stages.filter(({ instance }) => instance === 'backbone').map(({ id }) => id)).toEqual([
    'backbone@seed=1',
    'backbone@seed=2',
  ]);
  expect(graph.notes).toEqual([
    {
      about: 'replaced',
      message:
        '`backbone` is now pretrain/plain: it does not inherit the params `steps`, `rate` and the edges of `policy` of pretrain/tiny',
      where: expect.objectContaining({ line: 2, column: 11 }),
    },
  ]);
});

test('an inherited edge of another kind is left out, and what is missing is told at the extending file', async () => {
  expect(
    await workspace.complaint(
      'extends: full.yaml\nstages: { query: { use: embed/whiten, in: { fit: reference.features } } }\n',
    ),
  ).toContain(
    `a.yaml:2:11: nothing is wired to \`query.apply\` (embed/whiten), which needs features
  2 | stages: { query: { use: embed/whiten, in: { fit: reference.features } } }
    |           ^^^^^
  expected: one of \`reference.features\`
  next:     add \`in: { apply: stage.port }\` to \`query\``,
  );
});

test('a new stage that nothing takes, with nearly the name of an inherited one, is noted', async () => {
  const other = 'backbones: { use: pretrain/plain, in: { images: data.train } }';
  const unused = await workspace.graph(`extends: full.yaml\nstages: { ${other} }\n`);
  expect(unused.notes.map(({ message }) => message)).toEqual([
    '`backbones` is a new stage, and nothing takes its outputs; to override `backbone`, use its name',
  ]);
  const used = await workspace.graph(`extends: full.yaml\nstages: { ${other} }\noutputs: { model: backbones.model }\n`);
  expect(used.notes).toEqual([]);
});

test('what the extending file itself gives must be known', async () => {
  expect(
    await workspace.complaint('extends: full.yaml\nstages: { data: { use: ingest/other, params: { shots: 5 } } }\n'),
  ).toBe(
    `a.yaml:2:48: \`data\` (ingest/other) has no param \`shots\`
  2 | stages: { data: { use: ingest/other, params: { shots: 5 } } }
    |                                                ^^^^^
  expected: one of \`draw\`
  found:    \`shots\`
  next:     npx twoshot stages ingest/other`,
  );
});

test('params of the pipeline, the matrix and outputs merge; null removes', async () => {
  const graph = await workspace.graph(`extends: full.yaml
params: { shots: 5 }
stages:
  score: null
  page: { in: null }
  backbone: { params: null, matrix: { steps: [1, 2] } }
outputs: { submission: null, model: backbone.model }
`);
  expect(graph.params).toEqual({ shots: 5 });
  expect(graph.stages.find(({ id }) => id === 'data')?.params).toEqual({ shots: 5 });
  expect(graph.stages.some(({ instance }) => instance === 'score')).toBe(false);
  expect(graph.stages.find(({ instance }) => instance === 'page')?.inputs).toEqual({ metrics: [] });
  expect(graph.stages.filter(({ instance }) => instance === 'backbone').map(({ params }) => params)).toEqual([
    { steps: 1 },
    { steps: 2 },
  ]);
  expect(graph.outputs.map(({ fileName }) => fileName)).toEqual([
    'report.html',
    'model@steps=1.model',
    'model@steps=2.model',
  ]);
});

test('the extending file decides whether a name is a param or an axis', async () => {
  await workspace.write(
    'swept.yaml',
    'extends: full.yaml\nstages: { backbone: { matrix: { steps: [1, 2], rate: [3, 4] } } }\n',
  );
  const swept = await workspace.graph('extends: swept.yaml\n');
  expect(swept.stages.filter(({ instance }) => instance === 'backbone')).toHaveLength(4);
  const fixed = await workspace.graph('extends: swept.yaml\nstages: { backbone: { params: { steps: 9 } } }\n');
  expect(fixed.stages.filter(({ instance }) => instance === 'backbone').map(({ params }) => params)).toEqual([
    { steps: 9, rate: 3 },
    { steps: 9, rate: 4 },
  ]);
});

test('an error in the extended file is reported in that file', async () => {
  await workspace.write('full.yaml', full.replace('steps: 20', 'steps: few'));
  expect(await workspace.complaint('extends: full.yaml\n')).toMatch(/^full\.yaml:6:103: `steps` of `backbone`/);
});

test('a value through an anchor and a merge is reported where it was written', async () => {
  const complaint = await workspace.complaint(`x-common: &common { steps: few }
stages:
  data: { use: ingest/tiny }
  backbone: { use: pretrain/plain, in: { images: data.train }, params: { <<: *common } }
`);
  expect(complaint).toMatch(/^a\.yaml:1:28: `steps` of `backbone`/);
});

test.each([
  [
    'extends: none.yaml\n',
    'a.yaml:1:10: there is no file `none.yaml`\n  1 | extends: none.yaml\n    |          ^^^^^^^^^\n  expected: the path of another pipeline file, relative to this one',
  ],
  [
    'extends: [full.yaml]\n',
    'a.yaml:1:10: `extends` is not a path\n  1 | extends: [full.yaml]\n    |          ^\n  expected: the path of another pipeline file, relative to this one',
  ],
  [
    'extends: ./a.yaml\n',
    'a.yaml:1:10: a pipeline extends itself: `a.yaml` -> `a.yaml`\n  1 | extends: ./a.yaml\n    |          ^^^^^^^^\n  next:     remove `extends` from one of them',
  ],
  [
    'extends: full.yaml\nstages: { bakbone: null }\n',
    'a.yaml:2:11: there is no stage `bakbone` to remove\n  2 | stages: { bakbone: null }\n    |           ^^^^^^^\n  expected: one of `data`, `policy`, `backbone`, `reference`, `query`, `spread`, `vote`, `submission`, `score`, `page`\n  nearest:  `backbone`',
  ],
  [
    'extends: full.yaml\nstages: { backbone: null }\n',
    'a.yaml:2:11: `backbone` is removed here, but `reference.model`, `query.model` still take `backbone.model`\n  2 | stages: { backbone: null }\n    |           ^^^^^^^^\n  see:      full.yaml:7:49 (`backbone.model`)\n  next:     wire each of them to another stage, as `reference: { in: { model: stage.port } }`, or remove `reference`, `query`, too',
  ],
  [
    'extends: full.yaml\nstages: { page: null }\n',
    'a.yaml:2:11: `page` is removed here, but `outputs.report` still takes `page.html`\n  2 | stages: { page: null }\n    |           ^^^^\n  see:      full.yaml:14:48 (`page.html`)\n  next:     name another edge for the output `report`, or set it to `null`',
  ],
  [
    'extends: full.yaml\nstages: { spred: { params: { k: 3 } } }\n',
    'a.yaml:2:11: there is no stage `spred` to override\n  2 | stages: { spred: { params: { k: 3 } } }\n    |           ^^^^^\n  expected: one of `data`, `policy`, `backbone`, `reference`, `query`, `spread`, `vote`, `submission`, `score`, `page`; a new stage needs `use`\n  found:    `spred`\n  nearest:  `spread`',
  ],
])('%j is refused', async (text, expected) => {
  expect(await workspace.complaint(text)).toContain(expected);
});

test('a longer cycle is shown as a path', async () => {
  await workspace.write('b.yaml', 'extends: c.yaml\n');
  await workspace.write('c.yaml', 'extends: a.yaml\n');
  expect(await workspace.complaint('extends: b.yaml\n')).toMatch(
    /^c\.yaml:1:10: a pipeline extends itself: `a\.yaml` -> `b\.yaml` -> `c\.yaml` -> `a\.yaml`\n/,
  );
});

test('a file that is not UTF-8', async () => {
  await workspace.write('full.yaml', Uint8Array.of(0x61, 0x3a, 0x20, 0xe9, 0x0a));
  expect(await workspace.complaint('extends: full.yaml\n')).toBe(
    'full.yaml:1:4: the file is not UTF-8\n  expected: UTF-8 text\n  found:    the byte 0xE9\n  next:     save it as UTF-8 text',
  );
});
