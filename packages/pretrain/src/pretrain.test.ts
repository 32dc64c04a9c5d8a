// @module-tag slow
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestArtifact, type Images, readModel, writeImages, writePolicy } from '@twoshot/artifact';
import { tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { startEngineUnderTest } from '@twoshot/engine/testing';
import { runStage } from '@twoshot/stage/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import byol from './byol.js';
import deepClusterV2 from './deepcluster-v2.js';
import moco from './moco.js';
import rotation from './rotation.js';
import simsiam from './simsiam.js';
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

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const small = { steps: 12, batch: 16, widths: [8, 16], stemWidth: 8, size: 8, lateSize: 12, switchAt: 0.75 };
const stages = [
  { stage: vicreg, params: { ...small, projector: 16, views: 3 }, parts: ['backbone', 'projector'] },
  {
    stage: simsiam,
    params: { ...small, projector: 16, predictor: 8, learningRate: 1 },
    parts: ['backbone', 'predictor', 'projector'],
  },
  { stage: rotation, params: small, parts: ['backbone', 'rotation'] },
  {
    stage: byol,
    params: { ...small, projector: 16, predictor: 8, learningRate: 0.01 },
    parts: ['backbone', 'predictor', 'projector', 'teacher', 'teacherProjector'],
  },
  {
    stage: moco,
    // The loss rises while the queue fills with keys in place of random directions.
    params: { ...small, projector: 8, queue: 16, learningRate: 0.6, momentum: 0.9 },
    parts: ['backbone', 'projector', 'teacher', 'teacherProjector'],
  },
  {
    stage: deepClusterV2,
    params: { ...small, projector: 16, dim: 8, clusters: 6, partitions: 2, learningRate: 0.01 },
    parts: ['backbone', 'projector', 'prototypes'],
  },
];

test.each(stages)('$stage.name lowers its loss and stores what extraction needs', async ({ stage, params, parts }) => {
  const { outputs, progress } = await runStage(stage, { params: { ...params, steps: 40 }, inputs: { images, policy } });
  const model = await readModel(outputs.model);
  const losses = model.curves['loss']!.map(([, loss]) => loss);
  expect(mean(losses.slice(-10))).toBeLessThan(mean(losses.slice(2, 12)));
  expect(progress.at(-1)).toMatchObject({ step: 40, total: 40 });
  expect(model.recipe).toMatchObject({ stage: stage.name, policy: 'contrastive', steps: 40 });
  expect(model.preparation).toMatchObject({ mirror: true, normalise: { mean: [0.4, 0.4, 0.4] }, channels: 3 });
  expect(Object.keys(model.parts).sort()).toEqual(parts);
  expect([...new Set([...model.weights.keys()].map((name) => name.split('.')[0]!))].sort()).toEqual(parts);
  expect(model.curves['spread']!.length).toBeGreaterThan(0);
});

test.each(stages)('$stage.name gives the same digest for the same seed only', async ({ stage, params }) => {
  const run = async (seed: number): Promise<string> => {
    const { outputs } = await runStage(stage, { params, inputs: { images, policy }, seed });
    return digestArtifact(outputs.model);
  };
  const first = await run(1);
  expect(await run(1)).toBe(first);
  expect(await run(2)).not.toBe(first);
});

test.each(stages)('$stage.name has the same result however often it is killed', async ({ stage, params }) => {
  const run = { params, inputs: { images, policy } };
  const { outputs } = await runStage(stage, run);
  const checkpoints = join(folder, 'killed', stage.name, 'own');
  for (const at of [2, 3, 4, 5, 7, 7, 9, 10, 11, 12]) {
    const onProgress = ({ step }: { step: number }): void => {
      if (step === at) throw new Error('killed');
    };
    await expect(runStage(stage, { ...run, checkpoints, onProgress })).rejects.toThrow('killed');
  }
  const last = await runStage(stage, { ...run, checkpoints });
  expect(last.logs).toContain('goes on from step 11 of 12');
  expect(await digestArtifact(last.outputs.model)).toBe(await digestArtifact(outputs.model));
});

test.each(stages.filter(({ stage }) => stage !== byol))(
  '$stage.name, made longer, goes on from its end where the schedule is open',
  async ({ stage, params }) => {
    const run = (steps: number, checkpoints?: string) =>
      runStage(stage, {
        inputs: { images, policy },
        params: { ...params, steps, schedule: 'constant', warmupSteps: 3, switchAt: 1 },
        ...(checkpoints === undefined ? {} : { checkpoints }),
      });
    const lengths = join(folder, 'lengths', stage.name);
    await run(8, join(lengths, 'short'));
    const longer = await run(14, join(lengths, 'long'));
    expect(longer.logs).toContain('goes on from step 8 of 14');
    expect(await digestArtifact(longer.outputs.model)).toBe(await digestArtifact((await run(14)).outputs.model));
  },
);

test.each([
  { stage: rotation, what: 'its learning rate', params: small },
  { stage: byol, what: 'its teacher', params: { ...small, projector: 16, predictor: 8, schedule: 'constant' } },
] as const)('a longer $stage.name begins anew where $what follows a cosine', async ({ stage, params }) => {
  const lengths = join(folder, 'lengths-cosine', stage.name);
  const run = (steps: number) =>
    runStage(stage as typeof rotation, {
      inputs: { images, policy },
      params: { ...params, steps },
      checkpoints: join(lengths, String(steps)),
    });
  await run(8);
  expect((await run(14)).logs).toEqual([]);
});

test('trainings do not leak tensors', async () => {
  const before = tf.memory().numTensors;
  for (const { stage, params } of stages) await runStage(stage, { params, inputs: { images, policy } });
  expect(tf.memory().numTensors).toBe(before);
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
