import { afterAll, beforeAll, expect, test } from 'vitest';
import { change, Workspace } from './workspace.fixture.js';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await Workspace.create();
});
afterAll(() => workspace.remove());

test('a cycle', async () => {
  expect(
    await workspace.complaint(
      change('policy: policy.policy }', 'policy: policy.policy, init: tuned.model }').replace(
        '  reference:',
        '  tuned: { use: pretrain/tiny, in: { images: data.train, policy: policy.policy, init: backbone.model } }\n  reference:',
      ),
    ),
  ).toMatchInlineSnapshot(`
    "a.yaml:7:87: stages depend on each other: \`tuned\` -> \`backbone\` -> \`tuned\`
      7 |   tuned: { use: pretrain/tiny, in: { images: data.train, policy: policy.policy, init: backbone.model } }
        |                                                                                       ^^^^^^^^^^^^^^
      next:     remove one of these edges"
  `);
  expect(await workspace.complaint(change('policy: policy.policy }', 'policy: policy.policy, init: backbone.model }')))
    .toMatchInlineSnapshot(`
      "a.yaml:6:90: a stage depends on itself: \`backbone\` -> \`backbone\`
        6 | …retrain/tiny, in: { images: data.train, policy: policy.policy, init: backbone.model }, params: { steps: 20 } }
          |                                                                       ^^^^^^^^^^^^^^
        next:     remove this edge"
    `);
});

test('all errors are reported at once, in file order', async () => {
  const complaint = await workspace.complaint(change('steps: 20', 'stpes: 20').replace('shots: ${shots}', 'shots: 0'));
  expect(complaint.match(/^a\.yaml:\d+/gm)).toEqual(['a.yaml:4', 'a.yaml:6']);
});
