import { afterAll, beforeAll, expect, test } from 'vitest';
import { change, Workspace } from './workspace.fixture.js';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await Workspace.create();
});
afterAll(() => workspace.remove());

test('edges that lead nowhere', async () => {
  expect(await workspace.complaint(change('images: data.train, policy', 'images: data.trian, policy')))
    .toMatchInlineSnapshot(`
    "a.yaml:6:49: \`data\` (ingest/tiny) has no output \`trian\`
      6 |   backbone: { use: pretrain/tiny, in: { images: data.trian, policy: policy.policy }, params: { steps: 20 } }
        |                                                 ^^^^^^^^^^
      expected: one of \`data.train\`, \`data.test\`, \`data.labels\`, \`data.truth\`
      found:    \`data.trian\`
      nearest:  \`data.train\`"
  `);
  expect(await workspace.complaint(change('policy: policy.policy', 'policy: polcy.policy'))).toMatchInlineSnapshot(`
    "a.yaml:6:69: the pipeline has no stage \`polcy\`
      6 |   backbone: { use: pretrain/tiny, in: { images: data.train, policy: polcy.policy }, params: { steps: 20 } }
        |                                                                     ^^^^^^^^^^^^
      expected: one of \`data\`, \`policy\`, \`backbone\`, \`reference\`, \`query\`, \`spread\`, \`vote\`, \`submission\`, \`score\`, \`page\`
      found:    \`polcy.policy\`
      nearest:  \`policy.policy\`"
  `);
  expect(await workspace.complaint(change('policy: policy.policy', 'policy: policy'))).toMatchInlineSnapshot(`
    "a.yaml:6:69: \`policy\` is not an edge
      6 |   backbone: { use: pretrain/tiny, in: { images: data.train, policy: policy }, params: { steps: 20 } }
        |                                                                     ^^^^^^
      expected: \`stage.port\`
      found:    \`policy\` (string)
      nearest:  \`policy.policy\`"
  `);
  expect(await workspace.complaint(change('policy: policy.policy', 'policy: 3'))).toMatchInlineSnapshot(`
    "a.yaml:6:69: this is not an edge
      6 |   backbone: { use: pretrain/tiny, in: { images: data.train, policy: 3 }, params: { steps: 20 } }
        |                                                                     ^
      expected: \`stage.port\`
      found:    \`3\` (number)"
  `);
  expect(await workspace.complaint(change('labels: data.labels', 'lables: data.labels'))).toMatchInlineSnapshot(`
    "a.yaml:9:66: \`spread\` (infer/knn) has no input \`lables\`
      9 | … spread: { use: infer/knn, in: { reference: reference.features, lables: data.labels, query: query.features } }
        |                                                                  ^^^^^^
      expected: one of \`reference\`, \`labels\`, \`query\`
      found:    \`lables\`
      nearest:  \`labels\`
      next:     npx twoshot stages infer/knn"
  `);
});

test('a missing edge', async () => {
  expect(await workspace.complaint(change(', labels: data.labels', ''))).toMatchInlineSnapshot(`
    "a.yaml:9:3: nothing is wired to \`spread.labels\` (infer/knn), which needs labels
      9 |   spread: { use: infer/knn, in: { reference: reference.features, query: query.features } }
        |   ^^^^^^
      expected: one of \`data.labels\`
      next:     add \`in: { labels: data.labels }\` to \`spread\`"
  `);
  expect(await workspace.complaint(change('[spread.predictions]', '[]'))).toMatchInlineSnapshot(`
    "a.yaml:10:3: nothing is wired to \`vote.predictions\` (ensemble/mean), which needs predictions
      10 |   vote: { use: ensemble/mean, in: { predictions: [] } }
         |   ^^^^
      expected: one of \`spread.predictions\`
      next:     add \`in: { predictions: spread.predictions }\` to \`vote\`"
  `);
});

test('a port of the wrong kind', async () => {
  expect(await workspace.complaint(change('reference: reference.features', 'reference: data.train')))
    .toMatchInlineSnapshot(`
    "a.yaml:9:46: \`spread.reference\` accepts features, but \`data.train\` is images
      9 |   spread: { use: infer/knn, in: { reference: data.train, labels: data.labels, query: query.features } }
        |                                              ^^^^^^^^^^
      expected: one of \`reference.features\`, \`query.features\`
      found:    \`data.train\` (images)"
  `);
});

test('a list instead of one artifact', async () => {
  expect(await workspace.complaint(change('labels: data.labels', 'labels: [data.labels, data.labels]')))
    .toMatchInlineSnapshot(`
    "a.yaml:9:74: \`spread.labels\` accepts one artifact, not a list
      9 | … infer/knn, in: { reference: reference.features, labels: [data.labels, data.labels], query: query.features } }
        |                                                           ^
      expected: \`stage.port\`
      found:    a list of 2"
  `);
});
