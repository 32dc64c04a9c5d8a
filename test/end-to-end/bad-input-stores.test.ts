// @module-tag slow
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { contentOf, makePlace, runIn, type Place } from './bad-input-rig.js';
import { stagesThat, workspace, type RunSummary } from './rig.js';

let place: Place;
beforeAll(async () => {
  place = await makePlace();
  await runIn(place);
});

test('a store of a newer format is left alone', async () => {
  const store = join(place.root, 'newer');
  cpSync(place.store, store, { recursive: true, preserveTimestamps: true });
  writeFileSync(join(store, 'format.json'), '{"format":1000}\n');
  const before = contentOf(store);
  const finished = await runIn({ ...place, store });
  expect(finished.text).toMatch(/expected: a store of format \d+[^]*found: +format 1000[^]*next: +update Twoshot/);
  expect(finished.summary).toMatchObject({ run: null, error: { code: 'store-format' } });
  expect(finished.code).toBe(2);
  expect(contentOf(store)).toBe(before);
});

test('a folder of something else is no store, and neither is a file', async () => {
  const folder = await runIn({ ...place, store: place.images });
  expect(folder.text).toMatch(/found: +a folder with other content, e\.g\. cat[^]*next: +use an empty folder/);
  const file = await runIn({ ...place, store: place.pipeline });
  expect(file.text).toMatch(/found: +a file of that name[^]*next: +use a folder with --store/);
  for (const finished of [folder, file]) {
    expect(finished.summary!.error).toMatchObject({ code: 'store-format' });
    expect(finished.code).toBe(2);
  }
  expect(existsSync(join(place.images, 'format.json'))).toBe(false);
});

/** Whether this machine lets a process have file systems of its own. */
const canMount = spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs none /mnt']).status === 0;

interface Ended {
  readonly code: number;
  readonly summary: RunSummary;
  readonly text: string;
}

/** Carries out a shell script in one namespace, where `RUN` is a run of the pipeline. */
function inNamespace(store: string, script: string): Ended[] {
  const command = `'${process.execPath}' '${workspace}/bin/twoshot.js' run '${place.pipeline}' --store '${store}' --json`;
  const commands = script
    .replaceAll('RUN', `{ ${command} 2>&1 && code=0 || code=$?; echo "code $code"; }`)
    .replaceAll('STORE', `'${store}'`);
  const { stdout } = spawnSync('unshare', ['-m', 'sh', '-ec', commands], { encoding: 'utf8', cwd: workspace });
  return [...stdout.matchAll(/([^]*?)^code (\d+)\n/gm)].map(([, text = '', code]) => ({
    text,
    code: Number(code),
    summary: JSON.parse(text.split('\n').findLast((line) => line.startsWith('{'))!) as RunSummary,
  }));
}

describe.skipIf(!canMount)('on a disk of its own', () => {
  test('a full disk is reported, and finished stages are there when it has space again', () => {
    const store = join(place.root, 'small');
    mkdirSync(store);
    const [full, later, again] = inNamespace(
      store,
      'mount -t tmpfs -o size=48k none STORE; RUN; mount -o remount,size=64m STORE; RUN; RUN',
    );
    expect(full!.text).toMatch(/The disk of the store .*small is full[^]*next: +free some space, or use a store/);
    expect(full!.summary.error).toMatchObject({ code: 'disk-full' });
    expect([full!.code, later!.code, again!.code]).toEqual([2, 0, 0]);
    expect(again!.summary.stages.map(({ status }) => status)).toEqual(['cached', 'cached', 'cached']);
  });

  test('a store that is only read is left as it is', () => {
    const store = join(place.root, 'read-only');
    mkdirSync(store);
    const list = 'echo "{}"; (cd STORE; find . -type f -exec cksum {} + | sort | cksum); echo "code 0"';
    const [made, , refused, , again] = inNamespace(
      store,
      `mount -t tmpfs -o size=64m none STORE; RUN; ${list}; mount -o remount,ro STORE; RUN; ${list}; mount -o remount,rw STORE; RUN`,
    );
    expect(made!.code).toBe(0);
    expect(refused!.text).toMatch(/The store .*read-only cannot be written to[^]*next: +make it writable, or use/);
    expect(refused!.summary.error).toMatchObject({ code: 'store-read-only' });
    expect(refused!.code).toBe(2);
    expect(again!.summary.stages.map(({ status }) => status)).toEqual(['cached', 'cached', 'cached']);
  });
});

test('the store is as it was after all this', async () => {
  expect(stagesThat(await runIn(place), 'cached')).toEqual(['data', 'weak', 'channels']);
});
