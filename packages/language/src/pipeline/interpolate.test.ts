import { afterAll, beforeAll, expect, test } from 'vitest';
import { change, Workspace } from './workspace.fixture.js';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await Workspace.create();
});
afterAll(() => workspace.remove());

test('a wrong value that came from a param of the pipeline', async () => {
  expect(await workspace.complaint(change('{ shots: 2 }', '{ shots: none }'))).toMatchInlineSnapshot(`
    "a.yaml:2:18: \`shots\` of \`data\` (ingest/tiny) must be an integer of at least 1
      2 | params: { shots: none }
        |                  ^^^^
      expected: an integer of at least 1
      found:    \`none\` (string)
      see:      a.yaml:4:46 (inserted here)"
  `);
});

test('a param of the pipeline that does not exist, or cannot be inserted into a string', async () => {
  expect(await workspace.complaint(change('${shots}', '${shot}'))).toMatchInlineSnapshot(`
    "a.yaml:4:46: the pipeline has no param \`shot\`
      4 |   data: { use: ingest/tiny, params: { shots: \${shot} } }
        |                                              ^^^^^^^
      expected: one of \`shots\`
      found:    \`shot\`
      nearest:  \`shots\`"
  `);
  expect(
    await workspace.complaint(
      change('shots: 2', 'shots: 2, names: [a, b]').replace('shots: ${shots}', 'path: data/${names}'),
    ),
  ).toMatchInlineSnapshot(`
    "a.yaml:4:50: the param \`names\` cannot be inserted into a string
      4 |   data: { use: ingest/tiny, params: { path: data/\${names} } }
        |                                                  ^^^^^^^^
      expected: a string, a number, true or false
      found:    \`[a, b]\` (list)
      see:      a.yaml:2:28 (its value)"
  `);
  expect(await workspace.complaint(change('shots: 2', 'shots: ${a}, a: ${shots}'))).toMatchInlineSnapshot(`
    "a.yaml:2:18: a param depends on itself: \`shots\` -> \`a\` -> \`shots\`
      2 | params: { shots: \${a}, a: \${shots} }
        |                  ^^^^"
  `);
});

const data = async (params: string, given: string): Promise<unknown> => {
  const graph = await workspace.graph(
    `params: ${params}\nstages: { a: { use: pretrain/plain, in: { images: data.train }, matrix: { seed: [1] } }, data: { use: ingest/tiny, params: ${given} } }\n`,
  );
  return graph.stages[0]?.params;
};

test('a value that is nothing but a param keeps its type', async () => {
  expect(await data('{ n: 5, folder: "007" }', '{ shots: ${n}, path: ${folder} }')).toEqual({ shots: 5, path: '007' });
  expect(await data('{ n: 5 }', '{ shots: "${ n }" }')).toEqual({ shots: 5 });
});

test('within a longer string a param is written as text', async () => {
  expect(await data('{ n: 5, name: a }', '{ path: data/${name}-${n}/${name} }')).toEqual({ path: 'data/a-5/a' });
});

test('params may use each other, in any order', async () => {
  expect(await data('{ path: "${root}/b", root: "${base}", base: /a }', '{ path: ${path} }')).toEqual({ path: '/a/b' });
});

test('edges, stages and axes may be params, too', async () => {
  const graph = await workspace.graph(`params: { seeds: [4, 5], from: train, method: plain }
stages:
  data: { use: ingest/tiny }
  a: { use: 'pretrain/\${method}', in: { images: 'data.\${from}' }, matrix: { seed: \${seeds} } }
`);
  expect(graph.stages.map(({ id, use }) => `${id} ${use}`)).toEqual([
    'data ingest/tiny',
    'a@seed=4 pretrain/plain',
    'a@seed=5 pretrain/plain',
  ]);
});
