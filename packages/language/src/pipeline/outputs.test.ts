import { afterAll, beforeAll, expect, test } from 'vitest';
import { change, Workspace } from './workspace.fixture.js';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await Workspace.create();
});
afterAll(() => workspace.remove());

test('two outputs of one file', async () => {
  expect(await workspace.complaint(change('report: page.html', 'Submission: submission.csv'))).toMatchInlineSnapshot(`
    "a.yaml:14:40: two outputs would be the file \`Submission.csv\`: \`submission\` and \`Submission\`
      14 | outputs: { submission: submission.csv, Submission: submission.csv }
         |                                        ^^^^^^^^^^
      see:      a.yaml:14:12 (the other one)
      next:     remove one of the two"
  `);
  expect(await workspace.complaint(change('report: page.html', 'copy: submission.csv'))).toMatchInlineSnapshot(`
    "a.yaml:14:40: two outputs are \`submission.csv\`: \`submission\` and \`copy\`
      14 | outputs: { submission: submission.csv, copy: submission.csv }
         |                                        ^^^^
      see:      a.yaml:14:12 (the other one)
      next:     remove one of the two"
  `);
});
