// @module-tag slow
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestArtifact, type Images, readModel, writeImages, writePolicy } from '@twoshot/artifact';
import { createRandom } from '@twoshot/engine/random';
import { startEngineUnderTest } from '@twoshot/engine/testing';
import { runStage } from '@twoshot/stage/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import byol from './byol.js';
import deepClusterV2 from './deepcluster-v2.js';
import rotation from './rotation.js';
import vicreg from './vicreg.js';

let folder = '';
let images = '';
let policy = '';

/** Bars of three directions under noise. */
function imagesOf(count: number): Images {
  const random = createRandom(5);
  const pixels = new Uint8Array(count * 16 * 16 * 3);
  for (let i = 0; i < pixels.length; i++) {
    const [x, y] = [Math.floor(i / 3) % 16, Math.floor(i / 48) % 16];
    const along = [x, y, x + y][Math.floor(i / 768) % 3]!;
    pixels[i] = (along % 4 < 2 ? 160 : 20) + random.integer(60);
  }
  const index = Uint32Array.from({ length: count }, (_, i) => 3 * i);
  return { set: 'train', count, height: 16, width: 16, channels: 3, index, pixels };
}

beforeAll(async () => {
  await startEngineUnderTest();
  folder = await mkdtemp(join(tmpdir(), 'pretrain-'));
  images = join(folder, 'images');
  policy = join(folder, 'policy');
  const { mkdir } = await import('node:fs/promises');
  await Promise.all([images, policy].map((path) => mkdir(path)));
  await writeImages(images, imagesOf(60));
  await writePolicy(policy, {
    name: 'contrastive',
    size: 16,
    mirror: true,
    border: 'reflect',
    normalise: { mean: [0.4, 0.4, 0.4], std: [0.25, 0.25, 0.25] },
    operations: [
      { op: 'resized-crop', area: [0.5, 1], ratio: [1, 1] },
      { op: 'horizontal-flip', probability: 0.5 },
    ],
  });
});

afterAll(() => rm(folder, { recursive: true }));

const small = { steps: 12, batch: 16, widths: [8, 16], stemWidth: 8, size: 8, lateSize: 12, switchAt: 0.75 };
/** What has a teacher that follows a cosine, and what has banks and prototypes of its own. */
const stages = [
  { stage: byol, params: { ...small, projector: 16, predictor: 8, learningRate: 0.01 } },
  {
    stage: deepClusterV2,
    params: { ...small, projector: 16, dim: 8, clusters: 6, partitions: 2, learningRate: 0.01 },
  },
] as const;

test.each(stages)('$stage.name gives the same digest for the same seed only', async ({ stage, params }) => {
  const run = async (seed: number): Promise<string> => {
    const { outputs } = await runStage(stage as typeof byol, { params, inputs: { images, policy }, seed });
    return digestArtifact(outputs.model);
  };
  const first = await run(1);
  expect(await run(1)).toBe(first);
  expect(await run(2)).not.toBe(first);
});

test.each(stages)('$stage.name has the same result however often it is killed', async ({ stage, params }) => {
  const run = { params: params as object, inputs: { images, policy } };
  const { outputs } = await runStage(stage as typeof byol, run);
  const checkpoints = join(await mkdtemp(join(folder, 'killed-')), 'own');
  for (const at of [2, 3, 4, 5, 7, 7, 9, 10, 11, 12]) {
    const onProgress = ({ step }: { step: number }): void => {
      if (step === at) throw new Error('killed');
    };
    await expect(runStage(stage as typeof byol, { ...run, checkpoints, onProgress })).rejects.toThrow('killed');
  }
  const last = await runStage(stage as typeof byol, { ...run, checkpoints });
  expect(last.logs).toContain('resumed at step 11 of 12');
  expect(await digestArtifact(last.outputs.model)).toBe(await digestArtifact(outputs.model));
});

test('a training that is made longer goes on from its end where the schedule is open', async () => {
  const { params } = stages[1];
  const run = (steps: number, checkpoints?: string) =>
    runStage(deepClusterV2, {
      inputs: { images, policy },
      params: { ...params, steps, schedule: 'constant', warmupSteps: 3, switchAt: 1 },
      ...(checkpoints === undefined ? {} : { checkpoints }),
    });
  const lengths = join(folder, 'lengths');
  await run(8, join(lengths, 'short'));
  const longer = await run(14, join(lengths, 'long'));
  expect(longer.logs).toContain('resumed at step 8 of 14');
  expect(await digestArtifact(longer.outputs.model)).toBe(await digestArtifact((await run(14)).outputs.model));
});

test.each([
  { stage: rotation, what: 'its learning rate', params: small },
  { stage: byol, what: 'its teacher', params: { ...small, projector: 16, predictor: 8, schedule: 'constant' } },
] as const)('a longer $stage.name starts over where $what follows a cosine', async ({ stage, params }) => {
  const lengths = join(folder, `lengths-cosine-${stage.name.replace('/', '-')}`);
  const run = (steps: number) =>
    runStage(stage as typeof rotation, {
      inputs: { images, policy },
      params: { ...params, steps },
      checkpoints: join(lengths, String(steps)),
    });
  await run(8);
  expect((await run(14)).logs).toEqual([]);
});

test('training starts from the given model, including its whitened layer', async () => {
  const params = { ...small, projector: 16, views: 2 };
  const first = await runStage(vicreg, { params, inputs: { images, policy } });
  const second = await runStage(vicreg, {
    params: { ...params, steps: 1, learningRate: 0, widths: [4] },
    inputs: { images, policy, init: first.outputs.model },
    seed: 9,
  });
  const [start, end] = [await readModel(first.outputs.model), await readModel(second.outputs.model)];
  expect(end.parts['backbone']!.architecture).toMatchObject({ widths: [8, 16] });
  for (const name of ['backbone.stem.conv.weight', 'backbone.stage1.down.conv.weight'])
    expect(end.weights.get(name)).toEqual(start.weights.get(name));
});

test.each([
  { network: 'resnet20', width: 8, depths: [1, 1] },
  { network: 'wrn-28-2', width: 8, depths: [1, 1] },
  { network: 'resnet50', width: 8, depths: [1], stem: 'imagenet' },
  { network: 'densenet121', width: 4, depths: [2, 2] },
  { network: 'se-resnext101', width: 64, depths: [1], stem: 'imagenet' },
] as const)('a $network of the size that is asked for is trained', async ({ stem = null, ...network }) => {
  const params = { ...small, ...network, stem, steps: 2, size: 16, lateSize: 16 };
  const { outputs } = await runStage(rotation, { params, inputs: { images, policy } });
  const { parts, weights } = await readModel(outputs.model);
  expect(parts['backbone']!.architecture).toMatchObject({ width: network.width, depths: network.depths });
  const moved = [...weights].filter(
    ([name, { data }]) => name.endsWith('running_mean') && data.some((value) => value !== 0),
  );
  expect(moved.length).toBe([...weights.keys()].filter((name) => name.endsWith('running_mean')).length);
});

test('a model for other channels is refused', async () => {
  const params = { ...small, projector: 16, views: 2 };
  const { outputs } = await runStage(vicreg, { params, inputs: { images, policy } });
  const grey = join(folder, 'grey');
  const { mkdir } = await import('node:fs/promises');
  await mkdir(grey, { recursive: true });
  const { pixels, ...rest } = imagesOf(60);
  await writeImages(grey, { ...rest, channels: 1, width: 48, pixels });
  const run = runStage(rotation, { params: small, inputs: { images: grey, policy, init: outputs.model } });
  await expect(run).rejects.toThrow(/takes images of 3 channels, the images here have 1/);
});
