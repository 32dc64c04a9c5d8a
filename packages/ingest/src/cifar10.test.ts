import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readImages, readLabels } from '@twoshot/artifact';
import { runStage } from '@twoshot/stage/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openCifar10 } from './cifar10-files.js';
import cifar10 from './cifar10.js';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'twoshot-cifar10-'));
});
afterEach(() => rm(dir, { recursive: true }));

/** Records of the binary version: file `f` has label (row + f) % 10 and planes of constant values. */
async function writeRecords(folder: string): Promise<void> {
  const names = [1, 2, 3, 4, 5].map((at) => `data_batch_${at}.bin`);
  for (const [at, name] of [...names, 'test_batch.bin'].entries()) {
    const file = Buffer.alloc(10_000 * 3073);
    for (let row = 0; row < 10_000; row++) file[row * 3073] = (row + at) % 10;
    await writeFile(join(folder, name), file);
  }
}

test('files that are not the published ones are refused', async () => {
  await writeRecords(dir);
  await expect(runStage(cifar10, { params: { path: dir, limit: 100 } })).rejects.toMatchObject({
    code: 'data-changed',
    file: join(dir, 'data_batch_1.bin'),
    message: expect.stringMatching(/expected SHA-256 cee91656\w+, found \w+ \(30730000 bytes\); remove the folder/),
  });
});

const published = process.env['TWOSHOT_CIFAR10'] ?? '';

test.skipIf(published === '')('the published files come in the shape of the competition', async () => {
  const { outputs, reads } = await runStage(cifar10, { params: { path: published, limit: 12_000 } });
  const [train, val, testing] = await Promise.all([outputs.train, outputs.val, outputs.test].map(readImages));
  expect([train?.count, val?.count, testing?.count]).toEqual([11_990, 10, 10_000]);
  const labels = await readLabels(outputs.labels);
  expect(labels.label.length).toBe(20);
  expect(labels.classNames[3]).toBe('cat');
  expect(reads.params).toEqual(['draw', 'limit', 'path', 'shots', 'split']);
  const set = await openCifar10(published);
  // Record 10,001 lies in the second file: its planes, interleaved, are the image with that index.
  const file = await open(join(published, 'data_batch_2.bin'));
  const { buffer: record } = await file.read(Buffer.alloc(3073), 0, 3073, 3073);
  await file.close();
  expect(set.train[10_001]).toBe(record[0]);
  const at = train?.index.indexOf(10_001) ?? -1;
  const pixels = train?.pixels.subarray(at * 3072, (at + 1) * 3072);
  const planes = Array.from({ length: 3072 }, (_, byte) => record[1 + (byte % 3) * 1024 + Math.floor(byte / 3)]);
  expect([...(pixels ?? [])]).toEqual(planes);
});
