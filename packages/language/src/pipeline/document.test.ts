import { afterAll, beforeAll, expect, test } from 'vitest';
import { change, Workspace } from './workspace.fixture.js';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await Workspace.create();
});
afterAll(() => workspace.remove());

test('an unknown key of the pipeline and of a stage', async () => {
  expect(await workspace.complaint(change('outputs:', 'output:'))).toMatchInlineSnapshot(`
    "a.yaml:14:1: a pipeline has no key \`output\`
      14 | output: { submission: submission.csv, report: page.html }
         | ^^^^^^
      expected: one of \`pipeline\`, \`extends\`, \`params\`, \`seed\`, \`stages\`, \`outputs\`
      found:    \`output\`
      nearest:  \`outputs\`"
  `);
  expect(await workspace.complaint(change('in: { images: data.train', 'inputs: { images: data.train')))
    .toMatchInlineSnapshot(`
      "a.yaml:6:35: the stage \`backbone\` has no key \`inputs\`
        6 |   backbone: { use: pretrain/tiny, inputs: { images: data.train, policy: policy.policy }, params: { steps: 20 }…
          |                                   ^^^^^^
        expected: one of \`use\`, \`in\`, \`params\`, \`matrix\`, \`keep\`
        found:    \`inputs\`
        nearest:  \`in\`"
    `);
});

test('a pipeline without a stage', async () => {
  expect(await workspace.complaint('stages: {}\n')).toMatchInlineSnapshot(`
    "a.yaml:1:1: the pipeline has no \`stages\`
      1 | stages: {}
        | ^^^^^^
      expected: a map of stages, e.g. \`data: { use: ingest/mnist }\`"
  `);
});

test('shapes that are wrong', async () => {
  expect(await workspace.complaint('- a\n')).toMatchInlineSnapshot(`
    "a.yaml:1:1: this is not a pipeline
      1 | - a
        | ^
      expected: a map with \`stages\`
      found:    \`[a]\` (list)"
  `);
  expect(await workspace.complaint('')).toMatchInlineSnapshot(`
    "a.yaml:1:1: this is not a pipeline
      1 | 
        | ^
      expected: a map with \`stages\`
      found:    \`null\` (nothing)"
  `);
  expect(await workspace.complaint('pipeline: 3\nstages: [data]\n')).toMatchInlineSnapshot(`
    "a.yaml:1:11: \`pipeline\` is not a name
      1 | pipeline: 3
        |           ^
      expected: a string
      found:    \`3\` (number)

    a.yaml:2:9: \`stages\` is not a map
      2 | stages: [data]
        |         ^
      expected: a map of stages
      found:    \`[data]\` (list)"
  `);
  expect(await workspace.complaint('stages:\n  data: ingest/tiny\n  policy:\n  other: { params: [1] }\n'))
    .toMatchInlineSnapshot(`
    "a.yaml:2:9: the stage \`data\` is not a map
      2 |   data: ingest/tiny
        |         ^^^^^^^^^^^
      expected: a map with \`use\`
      found:    \`ingest/tiny\` (string)

    a.yaml:3:3: the stage \`policy\` is not a map
      3 |   policy:
        |   ^^^^^^
      expected: a map with \`use\`
      found:    \`null\` (nothing)

    a.yaml:4:3: the stage \`other\` has no \`use\`
      4 |   other: { params: [1] }
        |   ^^^^^
      expected: \`use: family/implementation\`
      next:     npx twoshot stages"
  `);
  expect(await workspace.complaint('stages: { params: { use: ingest/tiny }, 2nd: { use: [a] } }'))
    .toMatchInlineSnapshot(`
    "a.yaml:1:11: \`params\` is not a valid stage name
      1 | stages: { params: { use: ingest/tiny }, 2nd: { use: [a] } }
        |           ^^^^^^
      expected: a letter, then letters, digits, \`_\` or \`-\`
      found:    \`params\`
      next:     choose another name: \`--set params.NAME\` means the params of the pipeline

    a.yaml:1:41: \`2nd\` is not a valid stage name
      1 | stages: { params: { use: ingest/tiny }, 2nd: { use: [a] } }
        |                                         ^^^
      expected: a letter, then letters, digits, \`_\` or \`-\`
      found:    \`2nd\`"
  `);
});

test('a key twice', async () => {
  expect(await workspace.complaint(change('  policy: {', '  data: {'))).toMatchInlineSnapshot(`
    "a.yaml:5:3: the key \`data\` is given twice
      5 |   data: { use: augment/weak }
        |   ^^^^
      see:      a.yaml:4:3 (first given here)
      next:     remove one of the two"
  `);
});
