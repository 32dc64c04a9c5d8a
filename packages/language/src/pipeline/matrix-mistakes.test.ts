import { afterAll, beforeAll, expect, test } from 'vitest';
import { Workspace } from './workspace.fixture.js';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await Workspace.create();
});
afterAll(() => workspace.remove());

const line = (matrix: string, rest = ''): string => `stages:
  data: { use: ingest/tiny }
  backbone: { use: pretrain/plain, in: { images: data.train }, matrix: ${matrix} }
  space: { use: embed/extract, in: { model: backbone.model, images: [data.train] } }
  spread: { use: infer/knn, in: { reference: space.features, labels: data.labels, query: space.features } }
${rest}`;

test('axes that cannot be unfolded', async () => {
  expect(await workspace.complaint(line('{ seed: [] }'))).toMatchInlineSnapshot(`
    "a.yaml:3:80: the axis \`seed\` of \`backbone\` has no values
      3 |   backbone: { use: pretrain/plain, in: { images: data.train }, matrix: { seed: [] } }
        |                                                                                ^
      expected: a list of distinct values
      found:    \`[]\` (list)"
  `);
  expect(await workspace.complaint(line('{ seed: 3 }'))).toMatchInlineSnapshot(`
    "a.yaml:3:80: the axis \`seed\` of \`backbone\` is not a list
      3 |   backbone: { use: pretrain/plain, in: { images: data.train }, matrix: { seed: 3 } }
        |                                                                                ^
      expected: a list of distinct values
      found:    \`3\` (number)"
  `);
  expect(await workspace.complaint(line('{ seed: [1, one] }'))).toMatchInlineSnapshot(`
    "a.yaml:3:84: \`seed\` of \`backbone\` (pretrain/plain) must be an integer of at least 0 and at most 9007199254740991
      3 |   backbone: { use: pretrain/plain, in: { images: data.train }, matrix: { seed: [1, one] } }
        |                                                                                    ^^^
      expected: an integer of at least 0 and at most 9007199254740991
      found:    \`one\` (string)"
  `);
  expect(await workspace.complaint(line('{ steps: [1, 2, 1] }'))).toMatchInlineSnapshot(`
    "a.yaml:3:88: the axis \`steps\` of \`backbone\` repeats a value
      3 |   backbone: { use: pretrain/plain, in: { images: data.train }, matrix: { steps: [1, 2, 1] } }
        |                                                                                        ^
      expected: a list of distinct values
      found:    \`1\` (number)"
  `);
  expect(await workspace.complaint(line('{ stesp: [1, [2]] }'))).toMatchInlineSnapshot(`
    "a.yaml:3:74: \`backbone\` (pretrain/plain) has no param \`stesp\`
      3 |   backbone: { use: pretrain/plain, in: { images: data.train }, matrix: { stesp: [1, [2]] } }
        |                                                                          ^^^^^
      expected: one of \`steps\`
      found:    \`stesp\`
      nearest:  \`steps\`
      next:     npx twoshot stages pretrain/plain"
  `);
  expect(await workspace.complaint(line('{ steps: [1, [2]] }'))).toMatchInlineSnapshot(`
    "a.yaml:3:85: the axis \`steps\` of \`backbone\` has a value that is not a scalar
      3 |   backbone: { use: pretrain/plain, in: { images: data.train }, matrix: { steps: [1, [2]] } }
        |                                                                                     ^
      expected: a list of distinct values
      found:    \`[2]\` (list)"
  `);
  expect(await workspace.complaint(line('{ steps: [1, 2] }, params: { steps: 3 }'))).toMatchInlineSnapshot(`
    "a.yaml:3:101: \`steps\` is both a param and an axis of the matrix
      3 | …backbone: { use: pretrain/plain, in: { images: data.train }, matrix: { steps: [1, 2] }, params: { steps: 3 } }
        |                                                                                                    ^^^^^
      see:      a.yaml:3:74 (the axis)
      next:     keep one of the two"
  `);
  expect(
    await workspace.complaint(
      line('{ seed: [1, 2] }', '  one: { use: ensemble/submission, in: { predictions: spread@seed=3.predictions } }\n'),
    ),
  ).toMatchInlineSnapshot(`
    "a.yaml:6:55: there is no \`spread@seed=3\`
      6 |   one: { use: ensemble/submission, in: { predictions: spread@seed=3.predictions } }
        |                                                       ^^^^^^^^^^^^^^^^^^^^^^^^^
      expected: one of \`1\`, \`2\`
      found:    \`3\`"
  `);
  expect(
    await workspace.complaint(
      line('{ seed: [1, 2] }', 'outputs: { one: spread@rate=3.predictions, two: data@x=1.train }\n'),
    ),
  ).toMatchInlineSnapshot(`
    "a.yaml:6:17: there is no \`spread@rate=3\`
      6 | outputs: { one: spread@rate=3.predictions, two: data@x=1.train }
        |                 ^^^^^^^^^^^^^^^^^^^^^^^^^
      expected: one of the axes \`seed\`
      found:    \`rate\`

    a.yaml:6:49: there is no \`data@x=1\`
      6 | outputs: { one: spread@rate=3.predictions, two: data@x=1.train }
        |                                                 ^^^^^^^^^^^^^^
      expected: no axis: \`data\` has none
      found:    \`x\`"
  `);
  expect(
    await workspace.complaint(
      line(
        '{ seed: [1, 2] }',
        '  tuned: { use: pretrain/tiny, in: { images: data.train, policy: policy.policy, init: backbone.model }, matrix: { seed: [1, 3] } }\n  policy: { use: augment/weak }\n',
      ),
    ),
  ).toMatchInlineSnapshot(`
    "a.yaml:6:87: the axis \`seed\` has different values in its own matrix and in \`backbone\`, but \`tuned\` depends on both
      6 | …rain/tiny, in: { images: data.train, policy: policy.policy, init: backbone.model }, matrix: { seed: [1, 3] } }
        |                                                                    ^^^^^^^^^^^^^^
      expected: \`1\`, \`3\`
      found:    \`1\`, \`2\`"
  `);
});

test('a matrix does not grow without limit', async () => {
  const many = `[${Array.from({ length: 120 }, (_, index) => index + 1).join(', ')}]`;
  expect(await workspace.complaint(line(`{ seed: ${many}, steps: ${many} }`))).toContain(
    'a.yaml:3:3: the matrix makes more than 10000 stages\n',
  );
});
