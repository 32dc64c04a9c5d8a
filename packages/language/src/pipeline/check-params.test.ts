import { afterAll, beforeAll, expect, test } from 'vitest';
import { change, Workspace } from './workspace.fixture.js';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await Workspace.create();
});
afterAll(() => workspace.remove());

test('an unknown param', async () => {
  expect(await workspace.complaint(change('steps: 20', 'stpes: 20'))).toMatchInlineSnapshot(`
    "a.yaml:6:96: \`backbone\` (pretrain/tiny) has no param \`stpes\`
      6 |   backbone: { use: pretrain/tiny, in: { images: data.train, policy: policy.policy }, params: { stpes: 20 } }
        |                                                                                                ^^^^^
      expected: one of \`steps\`, \`rate\`, \`net\`, \`sizes\`, \`width\`
      found:    \`stpes\`
      nearest:  \`steps\`
      next:     npx twoshot stages pretrain/tiny"
  `);
});

test('a value of a wrong type, out of range, or not among the choices', async () => {
  expect(await workspace.complaint(change('steps: 20', 'steps: many'))).toMatchInlineSnapshot(`
    "a.yaml:6:103: \`steps\` of \`backbone\` (pretrain/tiny) must be an integer of at least 1
      6 |   backbone: { use: pretrain/tiny, in: { images: data.train, policy: policy.policy }, params: { steps: many } }
        |                                                                                                       ^^^^
      expected: an integer of at least 1
      found:    \`many\` (string)"
  `);
  expect(await workspace.complaint(change('steps: 20', 'steps: 0'))).toMatchInlineSnapshot(`
    "a.yaml:6:103: \`steps\` of \`backbone\` (pretrain/tiny) must be an integer of at least 1
      6 |   backbone: { use: pretrain/tiny, in: { images: data.train, policy: policy.policy }, params: { steps: 0 } }
        |                                                                                                       ^
      expected: an integer of at least 1
      found:    \`0\` (number)"
  `);
  expect(await workspace.complaint(change('steps: 20', 'steps: 1.5, net: conv5'))).toMatchInlineSnapshot(`
    "a.yaml:6:103: \`steps\` of \`backbone\` (pretrain/tiny) must be an integer of at least 1
      6 | … { use: pretrain/tiny, in: { images: data.train, policy: policy.policy }, params: { steps: 1.5, net: conv5 } }
        |                                                                                             ^^^
      expected: an integer of at least 1
      found:    \`1.5\` (number)

    a.yaml:6:113: \`net\` of \`backbone\` (pretrain/tiny) must be one of \`conv4\`, \`resnet9\`
      6 | … { use: pretrain/tiny, in: { images: data.train, policy: policy.policy }, params: { steps: 1.5, net: conv5 } }
        |                                                                                                       ^^^^^
      expected: one of \`conv4\`, \`resnet9\`
      found:    \`conv5\` (string)
      nearest:  \`conv4\`"
  `);
  expect(await workspace.complaint(change('steps: 20', 'width: wide'))).toMatchInlineSnapshot(`
    "a.yaml:6:103: \`width\` of \`backbone\` (pretrain/tiny) must be an integer or \`null\`
      6 |   backbone: { use: pretrain/tiny, in: { images: data.train, policy: policy.policy }, params: { width: wide } }
        |                                                                                                       ^^^^
      expected: an integer or \`null\`
      found:    \`wide\` (string)"
  `);
  expect(await workspace.complaint(change('steps: 20', 'rate: .inf'))).toMatchInlineSnapshot(`
    "a.yaml:6:102: \`rate\` of \`backbone\` (pretrain/tiny) must be a finite number
      6 |   backbone: { use: pretrain/tiny, in: { images: data.train, policy: policy.policy }, params: { rate: .inf } }
        |                                                                                                      ^^^^
      expected: a finite number
      found:    \`Infinity\` (number)"
  `);
});

test('a number instead of a string', async () => {
  expect(await workspace.complaint(change('shots: ${shots}', 'path: 2024'))).toMatchInlineSnapshot(`
    "a.yaml:4:45: \`path\` of \`data\` (ingest/tiny) must be a string
      4 |   data: { use: ingest/tiny, params: { path: 2024 } }
        |                                             ^^^^
      expected: a string
      found:    \`2024\` (number)
      next:     put it in quotes: "2024""
  `);
});

test('a wrong value within a list', async () => {
  expect(await workspace.complaint(change('params: { steps: 20 }', 'params: { sizes: [32, 16, 4] }')))
    .toMatchInlineSnapshot(`
      "a.yaml:6:112: \`sizes[2]\` of \`backbone\` (pretrain/tiny) must be an integer of at least 8
        6 | …one: { use: pretrain/tiny, in: { images: data.train, policy: policy.policy }, params: { sizes: [32, 16, 4] } }
          |                                                                                                          ^
        expected: an integer of at least 8
        found:    \`4\` (number)"
    `);
});

test('a param without a default is required', async () => {
  expect(await workspace.complaint(change('pretrain/tiny', 'pretrain/named').replace(/, policy: [^}]*/, ' ')))
    .toMatchInlineSnapshot(`
      "a.yaml:6:3: \`backbone\` lacks \`backbone\`, which has no default
        6 |   backbone: { use: pretrain/named, in: { images: data.train }, params: { steps: 20 } }
          |   ^^^^^^^^
        expected: a string
        next:     npx twoshot stages pretrain/named

      a.yaml:6:74: \`backbone\` (pretrain/named) has no param \`steps\`
        6 |   backbone: { use: pretrain/named, in: { images: data.train }, params: { steps: 20 } }
          |                                                                          ^^^^^
        expected: one of \`backbone\`
        found:    \`steps\`
        next:     npx twoshot stages pretrain/named"
    `);
});
