// @module-tag slow
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

test.each([
  { guide: 'add-a-stage', file: 'centre', tests: 2 },
  { guide: 'add-a-method', file: 'ressl', tests: 2 },
])('the code of the guide $guide is complete and passes its test', async ({ guide, file, tests }) => {
  const text = await readFile(join(root, `docs/${guide}.md`), 'utf8');
  const [stage, spec] = [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code!);
  // Inside the workspace, where its packages are found; vitest looks for tests under packages/ and test/.
  await mkdir(join(root, 'test/.scratch'), { recursive: true });
  const folder = await mkdtemp(join(root, 'test/.scratch/guide-'));
  try {
    await writeFile(join(folder, `${file}.ts`), stage!);
    await writeFile(join(folder, `${file}.test.ts`), spec!);
    const { status, stdout, stderr } = spawnSync('npx', ['vitest', 'run', folder], {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1' },
      encoding: 'utf8',
    });
    const passed = expect.stringMatching(new RegExp(`Tests\\s+${tests} passed`));
    expect({ status, stdout, stderr }).toMatchObject({ status: 0, stdout: passed });
  } finally {
    await rm(folder, { recursive: true });
  }
});
