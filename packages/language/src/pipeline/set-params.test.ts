import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { full, Workspace } from './workspace.fixture.js';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await Workspace.create();
});
afterAll(() => workspace.remove());

const paramsOf = async (instance: string, ...set: string[]): Promise<unknown> => {
  const graph = await workspace.graph(full, { set });
  return graph.stages.find((node) => node.instance === instance)?.params;
};
const complaint = (...set: string[]): Promise<string> => workspace.complaint(full, { set });

test('a value is a YAML scalar or flow list', async () => {
  expect(await paramsOf('backbone', 'backbone.steps=3')).toEqual({ steps: 3 });
  expect(await paramsOf('backbone', 'backbone.net=resnet9', 'backbone.rate=1e-2')).toEqual({
    steps: 20,
    net: 'resnet9',
    rate: 0.01,
  });
  expect(await paramsOf('backbone', 'backbone.sizes=[8, 16]')).toEqual({ steps: 20, sizes: [8, 16] });
  expect(await paramsOf('backbone', 'backbone.width=null')).toEqual({ steps: 20, width: null });
  expect(await paramsOf('data', 'data.path="a=b.c"')).toEqual({
    shots: 2,
    path: workspace.path('a=b.c'),
  });
});

async function pathOf(typed: string): Promise<unknown> {
  const graph = await workspace.graph(full, { set: [`data.path=${typed}`], cwd: '/where/one/stands' });
  return graph.stages.find(({ instance }) => instance === 'data')?.params['path'];
}

test.each(['Photos #2', '#1', 'Trip: Rome', 'null', '2024', 'no', '[a', '{a}', '- a', '@x', '*x', '.', '../x', '/abs'])(
  'the path %j is what was typed, from where it was typed',
  async (typed) => {
    expect(await pathOf(typed)).toBe(resolve('/where/one/stands', typed));
  },
);

test('~ is the home folder, on the command line and in a file', async () => {
  expect(await pathOf('~/pics')).toBe(join(homedir(), 'pics'));
  const graph = await workspace.graph(full.replace('shots: ${shots} }', 'path: ~/pics }'));
  expect(graph.stages[0]?.params['path']).toBe(join(homedir(), 'pics'));
});

const tablesOf = async (...set: string[]): Promise<unknown> =>
  (await workspace.graph(full, { set, cwd: '/where/one/stands' })).stages[0]?.params['tables'];

test('a param that takes several paths takes a list of them, or one', async () => {
  expect(await tablesOf('data.tables=["a #1.csv", ~/b.csv, /c]')).toEqual([
    '/where/one/stands/a #1.csv',
    join(homedir(), 'b.csv'),
    '/c',
  ]);
  expect(await tablesOf('data.tables=a, b.csv')).toBe('/where/one/stands/a, b.csv');
  expect(await tablesOf('data.tables=null')).toBe(null);
});

test('any text typed as a path is that path, and no other value throws', async () => {
  const typed = fc
    .string({ unit: fc.constantFrom(...'ab/ #:~!&*?|>%@`{}[],-.\'"\n\t'.split('')), minLength: 1, maxLength: 12 })
    .filter((text) => /^[^'"[~]*$/.test(text) && text.trim() !== '');
  await fc.assert(
    fc.asyncProperty(typed, async (text) => {
      expect(await pathOf(text)).toBe(resolve('/where/one/stands', text));
      await workspace.load(full, { set: [`backbone.steps=${text}`] });
    }),
    { numRuns: 100 },
  );
});

test('paths on an axis, and of a param of the pipeline, are relative to where they were typed, too', async () => {
  const axis = full.replace('params: { shots: ${shots} }', 'matrix: { path: [a, ~/b] }');
  const pathsOf = async (...set: string[]): Promise<unknown[]> =>
    (await workspace.graph(axis, { set, cwd: '/where/one/stands' })).stages
      .filter(({ instance }) => instance === 'data')
      .map(({ params }) => params['path']);
  expect(await pathsOf()).toEqual(['a', join(homedir(), 'b')]);
  expect(await pathsOf('data.path=[., ../b, ~/c, /d]')).toEqual([
    '/where/one/stands',
    '/where/one/b',
    join(homedir(), 'c'),
    '/d',
  ]);
  expect(await pathsOf('data.path=Photos #2')).toEqual(['/where/one/stands/Photos #2']);
  const named = full.replace('shots: 2 }', 'shots: 2, where: x }').replace('shots: ${shots} }', 'path: "${where}" }');
  const graph = await workspace.graph(named, { set: ['params.where=./pics'], cwd: '/where/one/stands' });
  expect(graph.stages[0]?.params['path']).toBe('/where/one/stands/pics');
});

test('the last one wins', async () => {
  expect(await paramsOf('backbone', 'backbone.steps=3', 'backbone.steps=4')).toEqual({ steps: 4 });
});

test('a param of the pipeline goes wherever it is put in', async () => {
  expect(await paramsOf('data', 'params.shots=5')).toEqual({ shots: 5 });
});

test('a param knows that it came from the command line', async () => {
  const graph = await workspace.graph(full, { set: ['backbone.steps=3'] });
  expect(graph.stages.find(({ id }) => id === 'backbone')?.paramSources['steps']).toEqual({
    file: 'command line',
    line: 1,
    column: 22,
    length: 1,
    text: '--set backbone.steps=3',
  });
});

test('a setting without a param', async () => {
  expect(await complaint('backbone.steps')).toMatchInlineSnapshot(`
    "command line:1:7: \`--set\` names no param
      1 | --set backbone.steps
        |       ^^^^^^^^^^^^^^
      expected: \`stage.param=value\` or \`params.name=value\`
      found:    \`backbone.steps\`"
  `);
  expect(await complaint('steps=3')).toMatchInlineSnapshot(`
    "command line:1:7: \`--set\` names no param
      1 | --set steps=3
        |       ^^^^^^^
      expected: \`stage.param=value\` or \`params.name=value\`
      found:    \`steps=3\`"
  `);
});

test('an unknown stage or param', async () => {
  expect(await complaint('bakbone.steps=3')).toMatchInlineSnapshot(`
    "command line:1:7: the pipeline has no stage \`bakbone\`
      1 | --set bakbone.steps=3
        |       ^^^^^^^
      expected: one of \`data\`, \`policy\`, \`backbone\`, \`reference\`, \`query\`, \`spread\`, \`vote\`, \`submission\`, \`score\`, \`page\`, or \`params\`
      found:    \`bakbone\`
      nearest:  \`backbone\`"
  `);
  expect(await complaint('param.shots=3')).toMatchInlineSnapshot(`
    "command line:1:7: the pipeline has no stage \`param\`
      1 | --set param.shots=3
        |       ^^^^^
      expected: one of \`data\`, \`policy\`, \`backbone\`, \`reference\`, \`query\`, \`spread\`, \`vote\`, \`submission\`, \`score\`, \`page\`, or \`params\`
      found:    \`param\`
      nearest:  \`params\`"
  `);
  expect(await complaint('backbone.stpes=3')).toMatchInlineSnapshot(`
    "command line:1:16: \`backbone\` (pretrain/tiny) has no param \`stpes\`
      1 | --set backbone.stpes=3
        |                ^^^^^
      expected: one of \`steps\`, \`rate\`, \`net\`, \`sizes\`, \`width\`
      found:    \`stpes\`
      nearest:  \`steps\`
      next:     npx twoshot stages pretrain/tiny"
  `);
  expect(await complaint('params.shosts=3')).toMatchInlineSnapshot(`
    "command line:1:14: the pipeline has no param \`shosts\`
      1 | --set params.shosts=3
        |              ^^^^^^
      expected: one of \`shots\`
      found:    \`shosts\`
      nearest:  \`shots\`"
  `);
});

test('a value that does not fit', async () => {
  expect(await complaint('backbone.steps=fast')).toMatchInlineSnapshot(`
    "command line:1:22: \`steps\` of \`backbone\` (pretrain/tiny) must be an integer of at least 1
      1 | --set backbone.steps=fast
        |                      ^^^^
      expected: an integer of at least 1
      found:    \`fast\` (string)"
  `);
  expect(await complaint('backbone.sizes=[8, 4]')).toMatchInlineSnapshot(`
    "command line:1:26: \`sizes[1]\` of \`backbone\` (pretrain/tiny) must be an integer of at least 8
      1 | --set backbone.sizes=[8, 4]
        |                          ^
      expected: an integer of at least 8
      found:    \`4\` (number)"
  `);
  expect(await complaint('backbone.steps=')).toMatchInlineSnapshot(`
    "command line:1:22: \`steps\` of \`backbone\` (pretrain/tiny) must be an integer of at least 1
      1 | --set backbone.steps=
        |                      ^
      expected: an integer of at least 1
      found:    \`null\` (nothing)"
  `);
  expect(await complaint('params.shots=0')).toMatchInlineSnapshot(`
    "command line:1:20: \`shots\` of \`data\` (ingest/tiny) must be an integer of at least 1
      1 | --set params.shots=0
        |                    ^
      expected: an integer of at least 1
      found:    \`0\` (number)
      see:      a.yaml:4:46 (inserted here)"
  `);
});

test('a value that is not YAML', async () => {
  expect(await complaint('backbone.sizes=[8, 4')).toMatchInlineSnapshot(`
    "command line:1:27: Flow sequence must end with a ]
      1 | --set backbone.sizes=[8, 4
        |                           ^"
  `);
});
