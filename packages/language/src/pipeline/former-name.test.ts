import { afterAll, beforeAll, expect, test } from 'vitest';
import { Workspace } from './workspace.fixture.js';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await Workspace.create();
});
afterAll(() => workspace.remove());

const pipeline = `pipeline: a
stages:
  data: { use: ingest/renamed, params: { draw: 3 } }
  rows: { use: embed/renamed, in: { images: data.train } }
`;

test('a param by the name that it had is refused with the one that it has', async () => {
  expect(await workspace.complaint(pipeline.replace('draw:', 'index:'))).toMatchInlineSnapshot(`
    "a.yaml:3:42: \`index\` of \`data\` (ingest/renamed) is now called \`draw\`
      3 |   data: { use: ingest/renamed, params: { index: 3 } }
        |                                          ^^^^^
      nearest:  \`draw\`"
  `);
  expect(await workspace.complaint(pipeline, { set: ['data.index=4'] })).toMatchInlineSnapshot(`
    "command line:1:12: \`index\` of \`data\` (ingest/renamed) is now called \`draw\`
      1 | --set data.index=4
        |            ^^^^^
      nearest:  \`draw\`"
  `);
  expect(await workspace.complaint(pipeline.replace('params: {', 'matrix: { index: [1, 2] }, params: {'))).toContain(
    '`index` of `data` (ingest/renamed) is now called `draw`',
  );
});

test('a port by the name that it had is refused with the one that it has, and is not reported as missing', async () => {
  expect(await workspace.complaint(pipeline.replace('images:', 'pictures:'))).toMatchInlineSnapshot(`
    "a.yaml:4:37: the input \`pictures\` of \`rows\` (embed/renamed) is now called \`images\`
      4 |   rows: { use: embed/renamed, in: { pictures: data.train } }
        |                                     ^^^^^^^^
      nearest:  \`images\`"
  `);
  expect(await workspace.complaint(pipeline.replace('data.train', 'data.pictures'))).toMatchInlineSnapshot(`
    "a.yaml:4:45: the output \`pictures\` of \`data\` (ingest/renamed) is now called \`train\`
      4 |   rows: { use: embed/renamed, in: { images: data.pictures } }
        |                                             ^^^^^^^^^^^^^
      found:    \`data.pictures\`
      nearest:  \`data.train\`"
  `);
});

test('current names are accepted', async () => {
  const { stages } = await workspace.graph(pipeline);
  expect(stages.map(({ params }) => params)).toEqual([{ draw: 3 }, {}]);
});
