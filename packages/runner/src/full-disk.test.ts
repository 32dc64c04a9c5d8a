// @module-tag slow
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RunnableWorkspace } from './runnable-workspace.fixture.js';

const program = fileURLToPath(new URL('../dist/run-child.fixture.js', import.meta.url));

/** Whether this machine lets a process have file systems of its own. */
const canMount = spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs none /mnt']).status === 0;

let workspace: RunnableWorkspace;
beforeEach(async () => {
  workspace = await RunnableWorkspace.create();
});
afterEach(() => workspace.remove());

interface Ended {
  readonly code: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly stages: readonly { readonly stage: string; readonly status: string }[];
}

/** Runs commands of a shell in one namespace; `RUN` is a run of the pipeline whose last line is kept. */
function inNamespace(script: string): Ended[] {
  const run = `'${process.execPath}' '${program}' '${workspace.root}' 2>/dev/null; echo "code $?"`;
  const { stdout } = spawnSync('unshare', ['-m', 'sh', '-c', script.replaceAll('RUN', run)], { encoding: 'utf8' });
  const ended: Ended[] = [];
  let json: Omit<Ended, 'code'> = { error: null, stages: [] };
  for (const line of stdout.split('\n')) {
    if (line.startsWith('{')) json = JSON.parse(line) as Omit<Ended, 'code'>;
    if (line.startsWith('code ')) ended.push({ ...json, code: Number(line.slice(5)) });
  }
  return ended;
}

describe.skipIf(!canMount)('a store on a disk of its own', () => {
  test('a full disk is reported, and earlier results stay valid', async () => {
    await workspace.write(
      'pipelines/a.yaml',
      `stages: { one: { use: make/number }, big: { use: make/big, params: { bytes: 3000000 } } }`,
    );
    const store = workspace.path('.twoshot');
    const [full, retried] = inNamespace(
      `mkdir -p ${store}; mount -t tmpfs -o size=1m none ${store}; RUN; mount -o remount,size=64m ${store}; RUN`,
    );
    expect(full).toMatchObject({
      code: 2,
      error: {
        code: 'disk-full',
        message: expect.stringContaining(`The disk of the store ${store} is full; found: ENOSPC`),
      },
    });
    expect(retried).toMatchObject({ code: 0, error: null });
    expect(retried?.stages).toMatchObject([
      { stage: 'one', status: full?.stages[0]?.status === 'ran' ? 'cached' : 'ran' },
      { stage: 'big', status: 'ran' },
    ]);
  });

  test('a disk that is full when the run begins', async () => {
    await workspace.write('pipelines/a.yaml', `stages: { one: { use: make/number } }`);
    const store = workspace.path('.twoshot');
    const [full] = inNamespace(
      `mkdir -p ${store}; mount -t tmpfs -o size=64k none ${store}; RUN; dd if=/dev/zero of=${store}/scratch/filler bs=1k; RUN`,
    ).slice(1);
    expect(full).toMatchObject({ code: 2, error: { code: 'disk-full' } });
  });

  test('a read-only store is reported', async () => {
    await workspace.write('pipelines/a.yaml', `stages: { one: { use: make/number } }`);
    const store = workspace.path('.twoshot');
    const [made, refused] = inNamespace(
      `mkdir -p ${store}; mount -t tmpfs -o size=64m none ${store}; RUN; mount -o remount,ro ${store}; RUN`,
    );
    expect(made).toMatchObject({ code: 0 });
    expect(refused).toMatchObject({ code: 2, error: { code: 'store-read-only' } });
  });
});
