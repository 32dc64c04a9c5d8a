import { afterAll, beforeAll, expect, test } from 'vitest';
import { change, Workspace } from './workspace.fixture.js';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await Workspace.create();
});
afterAll(() => workspace.remove());

test('an unknown stage', async () => {
  expect(await workspace.complaint(change('infer/knn', 'infer/kmn'))).toMatchInlineSnapshot(`
    "a.yaml:9:18: no package offers the stage \`infer/kmn\`
      9 |   spread: { use: infer/kmn, in: { reference: reference.features, labels: data.labels, query: query.features } …
        |                  ^^^^^^^^^
      expected: one of \`augment/weak\`, \`embed/extract\`, \`embed/renamed\`, \`embed/whiten\`, \`ensemble/best\`, \`ensemble/mean\`, \`ensemble/submission\`, \`infer/knn\`, \`ingest/other\`, \`ingest/renamed\`, \`ingest/tiny\`, \`pretrain/named\` and 6 more
      found:    \`infer/kmn\`
      nearest:  \`infer/knn\`
      next:     npx twoshot stages"
  `);
});
