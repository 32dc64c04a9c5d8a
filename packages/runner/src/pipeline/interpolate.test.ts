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
      see:      a.yaml:4:46 (put in here)"
  `);
});

test('a param of the pipeline that does not exist, or does not fit into a text', async () => {
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
    "a.yaml:4:50: the param \`names\` cannot be put into a text
      4 |   data: { use: ingest/tiny, params: { path: data/\${names} } }
        |                                                  ^^^^^^^^
      expected: a text, a number, or true or false
      found:    \`[a, b]\` (list)
      see:      a.yaml:2:28 (its value)"
  `);
  expect(await workspace.complaint(change('shots: 2', 'shots: ${a}, a: ${shots}'))).toMatchInlineSnapshot(`
    "a.yaml:2:18: a param needs itself: \`shots\` -> \`a\` -> \`shots\`
      2 | params: { shots: \${a}, a: \${shots} }
        |                  ^^^^"
  `);
});
