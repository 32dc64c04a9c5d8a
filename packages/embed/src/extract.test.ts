import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Images, readFeatures, writeImages, writeModel } from '@twoshot/artifact';
import { tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { startEngineUnderTest } from '@twoshot/engine/testing';
import { backbonePart, createPart, savedParts } from '@twoshot/model';
import { disposeModule } from '@twoshot/nn';
import { runStage } from '@twoshot/stage/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import extract from './extract.js';

let folder = '';
const architecture = { name: 'conv4', channels: 3, width: 6 } as const;

/** Images of noise; `mirrored` turns the same ones left to right. */
function imagesOf(set: string, count: number, mirrored = false): Images {
  const random = createRandom(count);
  const pixels = Uint8Array.from({ length: count * 768 }, () => random.integer(256));
  const turned = mirrored
    ? pixels.map((_, i) => pixels[i - ((i % 48) - (i % 3)) + (45 - ((i % 48) - (i % 3)))]!)
    : pixels;
  const index = Uint32Array.from({ length: count }, (_, i) => 2 * i + 1);
  return { set, count, height: 16, width: 16, channels: 3, index, pixels: turned };
}

async function stored(name: string, images: Images): Promise<string> {
  const dir = join(folder, name);
  await mkdir(dir);
  await writeImages(dir, images);
  return dir;
}

async function model(name: string, { mirror }: { mirror: boolean }): Promise<string> {
  const dir = join(folder, name);
  await mkdir(dir);
  const backbone = createPart(backbonePart, { takes: 'images', architecture }, createRandom(3));
  await writeModel(dir, {
    ...(await savedParts({ backbone })),
    preparation: {
      size: null,
      resize: 'stretch',
      channels: 3,
      normalise: { mean: [0.5, 0.4, 0.3], std: [0.2, 0.2, 0.2] },
      mirror,
    },
    recipe: {},
    curves: {},
  });
  disposeModule(backbone.module);
  return dir;
}

beforeAll(async () => {
  await startEngineUnderTest();
  folder = await mkdtemp(join(tmpdir(), 'extract-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('every image of every set has a row, for any batch size', async () => {
  const images = [await stored('train', imagesOf('train', 11)), await stored('test', imagesOf('test', 5))];
  const inputs = { model: await model('plain', { mirror: false }), images };
  const runs = await Promise.all([3, 100].map((batch) => runStage(extract, { params: { batch }, inputs })));
  const [small, large] = await Promise.all(runs.map(({ outputs }) => readFeatures(outputs.features)));
  expect(large!.rows.sets).toEqual(['train', 'test']);
  expect([...large!.rows.set]).toEqual([...Array<number>(11).fill(0), ...Array<number>(5).fill(1)]);
  expect([...large!.rows.index].slice(9, 13)).toEqual([19, 21, 1, 3]);
  expect(large!.dim).toBe(6);
  for (const [i, value] of small!.values.entries()) expect(value).toBeCloseTo(large!.values[i]!, 4);
  expect(runs[1]!.progress.at(-1)).toMatchObject({ step: 16, total: 16 });
  expect(new Set(large!.values).size).toBeGreaterThan(40);
});

test('image and mirror image have the same features where the model allows it, other ones where not', async () => {
  const images = [await stored('straight', imagesOf('train', 4)), await stored('turned', imagesOf('test', 4, true))];
  const featuresOf = async (mirror: boolean): Promise<number[][]> => {
    const inputs = { model: await model(`mirror-${mirror}`, { mirror }), images };
    const { outputs } = await runStage(extract, { inputs });
    const { values } = await readFeatures(outputs.features);
    return [[...values.subarray(0, 24)], [...values.subarray(24)]];
  };
  const [straight, turned] = await featuresOf(true);
  expect(turned).toEqual(straight!.map((value) => expect.closeTo(value, 4)));
  const [alone, other] = await featuresOf(false);
  expect(other).not.toEqual(alone!.map((value) => expect.closeTo(value, 4)));
});

test('the side is a param', async () => {
  const images = [await stored('sized', imagesOf('train', 3))];
  const inputs = { model: await model('sized-model', { mirror: false }), images };
  const [own, same, larger] = await Promise.all(
    [null, 16, 24].map(async (size) => {
      const { outputs } = await runStage(extract, { params: { size }, inputs });
      return (await readFeatures(outputs.features)).values;
    }),
  );
  expect(same).toEqual(own);
  expect(larger).not.toEqual(own);
});

test('tensors do not leak', async () => {
  const images = [await stored('leak', imagesOf('train', 3))];
  const inputs = { model: await model('leak-model', { mirror: true }), images };
  const before = tf.memory().numTensors;
  await runStage(extract, { inputs });
  expect(tf.memory().numTensors).toBe(before);
});
