import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

test('the stage and the test of docs/add-a-stage.md are complete and pass', async () => {
  const guide = await readFile(join(root, 'docs/add-a-stage.md'), 'utf8');
  const [stage, spec] = [...guide.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code!);
  // Inside the workspace, where its packages are found; vitest looks for tests under packages/ and test/.
  await mkdir(join(root, 'test/.scratch'), { recursive: true });
  const folder = await mkdtemp(join(root, 'test/.scratch/guide-'));
  try {
    await writeFile(join(folder, 'centre.ts'), stage!);
    await writeFile(join(folder, 'centre.test.ts'), spec!);
    const { status, stdout, stderr } = spawnSync('npx', ['vitest', 'run', folder], {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1' },
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toMatchObject({ status: 0, stdout: expect.stringMatching(/Tests\s+2 passed/) });
  } finally {
    await rm(folder, { recursive: true });
  }
});
