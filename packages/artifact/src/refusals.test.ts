import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  readFeatures,
  readImages,
  readLabels,
  readMetrics,
  readModel,
  readPolicy,
  readSubmission,
  readSubset,
  rowsOf,
  writeFeatures,
  writeImages,
  writeModel,
  writeSubset,
} from './index.js';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'twoshot-refusals-'));
});
afterEach(() => rm(dir, { recursive: true }));

const rows = rowsOf('train', Uint32Array.of(1, 2));

async function cut(file: string, length: number): Promise<void> {
  const bytes = await readFile(join(dir, file));
  await writeFile(join(dir, file), bytes.subarray(0, length));
}

test('an artifact that is not there is named', async () => {
  await expect(readImages(dir)).rejects.toThrow(
    `${join(dir, 'images.arrow')}: expected an Arrow file, found no such file`,
  );
  await expect(readModel(dir)).rejects.toThrow('model.json: expected a JSON document, found no such file');
  await expect(readSubmission(dir)).rejects.toThrow('submission.csv: expected a submission, found no such file');
});

test('a table of another kind is refused', async () => {
  await writeFeatures(dir, { rows, dim: 1, values: Float32Array.of(1, 2) });
  await rename(join(dir, 'features.arrow'), join(dir, 'labels.arrow'));
  await expect(readLabels(dir)).rejects.toThrow('labels.arrow: expected a table of kind labels, found features');
  await rename(join(dir, 'labels.arrow'), join(dir, 'subset.arrow'));
  await expect(readSubset(dir)).rejects.toThrow('subset.arrow: expected a table of kind subset, found features');
});

test('a subset that is not there, or broke off, is refused', async () => {
  await expect(readSubset(dir)).rejects.toThrow('subset.arrow: expected an Arrow file, found no such file');
  await writeSubset(dir, { rows, reason: 'a sample' });
  const { length } = await readFile(join(dir, 'subset.arrow'));
  await cut('subset.arrow', length - 1);
  await expect(readSubset(dir)).rejects.toThrow(/subset\.arrow: expected a complete Arrow file/);
});

test('truncated images are refused', async () => {
  const index = Uint32Array.from({ length: 50 }, (_, at) => at);
  const shape = { set: 'train', count: 50, height: 8, width: 8, channels: 3 };
  await writeImages(dir, { ...shape, index, pixels: new Uint8Array(50 * 192) });
  const { length } = await readFile(join(dir, 'images.arrow'));
  for (const left of [0, 10, 5000, length - 1]) {
    await cut('images.arrow', left);
    await expect(readImages(dir)).rejects.toThrow(/images\.arrow: expected an? (complete )?Arrow file.*, found/);
  }
});

test('a model whose files do not fit is refused', async () => {
  const weights = new Map([['backbone.weight', { shape: [2, 3], data: new Float32Array(6) }]]);
  const model = { parts: {}, preparation: null, recipe: {}, weights, curves: {} };
  await writeModel(dir, model);
  const { length } = await readFile(join(dir, 'weights.safetensors'));
  await cut('weights.safetensors', length - 4);
  await expect(readModel(dir)).rejects.toThrow(
    `weights.safetensors: expected tensor 'backbone.weight' up to byte ${length}, found a truncated file of ${length - 4} bytes`,
  );
  await cut('weights.safetensors', 20);
  await expect(readModel(dir)).rejects.toThrow(
    /expected a safetensors file, found a header of \d+ bytes in a file of 20/,
  );
  await writeFile(join(dir, 'weights.safetensors'), 'PK\u0003\u0004 a zip, not weights');
  await expect(readModel(dir)).rejects.toThrow('weights.safetensors: expected a safetensors file, found a header of');
  await writeFile(join(dir, 'model.json'), '{ "format": 2, "parts": {}, "preparation": null }');
  await expect(readModel(dir)).rejects.toThrow("model.json: expected a value at '/recipe', found nothing");
  await writeFile(join(dir, 'model.json'), '{ "architecture": {}, "recipe": {}, "curves": {} }');
  await expect(readModel(dir)).rejects.toThrow('model.json: expected a model of format 2, found format null');
  const head = { type: 'mlp', takes: 'backbone', gives: { what: 'features', dim: 4 }, architecture: {} };
  await expect(writeModel(dir, { ...model, parts: { head } })).rejects.toThrow(
    "model.json: expected a part for 'head' to take, found 'backbone', which is none of its parts",
  );
});

test('weights of another type than float32 are refused by name', async () => {
  const header = Buffer.from('{"w":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  await writeFile(join(dir, 'weights.safetensors'), Buffer.concat([length, header, Buffer.alloc(2)]));
  await writeFile(
    join(dir, 'model.json'),
    '{ "format": 2, "parts": {}, "preparation": null, "recipe": {}, "curves": {} }',
  );
  await expect(readModel(dir)).rejects.toThrow("weights.safetensors: expected tensor 'w' of F32, found F16");
});

test('documents that are no JSON, or JSON of another shape, are refused with the place', async () => {
  await writeFile(join(dir, 'policy.json'), 'size: 32');
  await expect(readPolicy(dir)).rejects.toThrow('policy.json: expected a JSON document, found');
  await writeFile(join(dir, 'metrics.json'), '{ "values": { "accuracy": "high" } }');
  await expect(readMetrics(dir)).rejects.toThrow(
    'metrics.json: expected a number at \'/values/accuracy\', found "high"',
  );
});

test('a folder that already holds the artifact is not written over', async () => {
  const features = { rows, dim: 2, values: new Float32Array(4) };
  await writeFeatures(dir, features);
  await expect(writeFeatures(dir, { ...features, values: new Float32Array(4).fill(1) })).rejects.toMatchObject({
    code: 'EEXIST',
  });
  expect(await readFeatures(dir)).toEqual(features);
});
