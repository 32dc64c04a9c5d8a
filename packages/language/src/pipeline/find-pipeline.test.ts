import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPipeline } from './find-pipeline.js';
import { full, Workspace } from './workspace.fixture.js';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await Workspace.create();
  for (const file of ['pipelines/full.yaml', 'pipelines/smoke.yml', 'own/mine.yaml', 'own/full'])
    await workspace.write(file, full);
  await workspace.write('pipelines/notes.txt', '');
});
afterAll(() => workspace.remove());

test.each([
  ['full', '.', 'pipelines/full.yaml'],
  ['full.yaml', '.', 'pipelines/full.yaml'],
  ['smoke', '.', 'pipelines/smoke.yml'],
  ['own/mine.yaml', '.', 'own/mine.yaml'],
  ['mine.yaml', 'own', 'own/mine.yaml'],
  ['full', 'own', 'own/full'],
  ['../pipelines/full.yaml', 'own', 'pipelines/full.yaml'],
])('%s from %s is %s', async (name, cwd, expected) => {
  expect(await findPipeline(name, workspace.root, workspace.path(cwd))).toEqual({
    ok: true,
    value: workspace.path(expected),
  });
});

test('an unknown name', async () => {
  const result = await findPipeline('ful', workspace.root, workspace.root);
  expect(result.ok ? '' : workspace.show(result.failures)).toBe(`command line:1:1: there is no pipeline \`ful\`
  1 | ful
    | ^^^
  expected: the path of a file, or one of \`full\`, \`smoke\`
  found:    \`ful\`
  nearest:  \`full\``);
});

test('a folder is not a pipeline', async () => {
  const result = await findPipeline('pipelines', workspace.root, workspace.root);
  expect(result.ok).toBe(false);
});
