// @module-tag slow
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readModel, writeImages, writePolicy } from '@twoshot/artifact';
import { tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { startEngineUnderTest } from '@twoshot/engine/testing';
import { createPart, mlpPart } from '@twoshot/model';
import { number } from '@twoshot/stage';
import { runStage } from '@twoshot/stage/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Moment } from '../method.js';
import type { PretrainDefinition } from './method.js';
import { pretrainStage } from './pretrain-stage.js';

const [count, side] = [20, 16];
const inputs = { images: '', policy: '' };
const small = {
  steps: 6,
  batch: 8,
  widths: [4, 8],
  stemWidth: 4,
  stem: 'conv',
  size: 12,
  lateSize: 16,
  switchAt: 0.5,
} as const;

beforeAll(async () => {
  await startEngineUnderTest();
  inputs.images = await mkdtemp(join(tmpdir(), 'stage-images-'));
  inputs.policy = await mkdtemp(join(tmpdir(), 'stage-policy-'));
  const random = createRandom(5);
  const pixels = Uint8Array.from({ length: count * side * side }, () => random.integer(256));
  const index = Uint32Array.from({ length: count }, (_, i) => i);
  await writeImages(inputs.images, {
    set: 'train',
    count,
    height: side,
    width: side,
    channels: 1,
    index,
    pixels,
  });
  await writePolicy(inputs.policy, {
    name: 'crops',
    size: side,
    mirror: false,
    border: 'reflect',
    normalise: { mean: [0.5], std: [0.25] },
    operations: [{ op: 'resized-crop', area: [0.5, 1], ratio: [1, 1] }],
  });
});
afterAll(() => Promise.all(Object.values(inputs).map((folder) => rm(folder, { recursive: true }))));

/** A method that only records its arguments. */
function noting(factors: Readonly<Record<string, number>>) {
  const notes = {
    shapes: [] as number[][][],
    rows: [] as number[],
    moments: [] as Moment[],
    epochs: [] as number[],
    outputs: [] as number[],
  };
  const params = { pull: number({ default: 1, doc: 'of the loss' }) };
  const method: PretrainDefinition<typeof params> = {
    name: 'pretrain/noting',
    summary: 'Takes notes',
    params,
    defaults: { steps: 6, batch: 8, learningRate: 0.1, warmup: 0, optimiser: 'sgd', weightDecay: 0 },
    learningRateFor: null,
    lossFloor: 0,
    views: () => [{ count: 2 }, { count: 3, scale: 0.5, area: [0.1, 0.2] }, { count: 0 }],
    async method({ backbone, params: { pull }, everyImage }) {
      const architecture = { widths: [backbone.module.dim, 2] };
      const head = createPart(mlpPart, { architecture }, createRandom(1));
      const frozen = createPart(mlpPart, { architecture }, createRandom(2));
      const all = await everyImage((x) => backbone.module.forward(x, { training: false }));
      expect(all.length).toBe(count * backbone.module.dim);
      return {
        heads: { head },
        frozen: { frozen },
        learningRateFactors: factors,
        loss(views, { positions }, moment) {
          notes.shapes.push(views.map(({ shape }) => shape));
          notes.rows.push(positions.length);
          notes.moments.push(moment);
          const y = head.module.forward(backbone.module.forward(views[0]!, { training: true }), { training: true });
          return {
            loss: tf.mul<tf.Scalar>(tf.mean(tf.square(y)), pull),
            outputs: { size: tf.scalar(positions.length) },
          };
        },
        beforeEpoch: ({ epoch }) => void notes.epochs.push(epoch),
        afterUpdate: (outputs) => void notes.outputs.push(outputs[0]!['size']!.dataSync()[0]!),
      };
    },
  };
  return { notes, stage: pretrainStage(method) };
}

test('the loss sees every group of views, rows and moment; hooks come before epochs and after updates', async () => {
  const { notes, stage } = noting({});
  const before = tf.memory().numTensors;
  const { outputs } = await runStage(stage, { params: small, inputs });
  expect(tf.memory().numTensors).toBe(before);
  expect(notes.shapes[0]).toEqual([
    [16, 12, 12, 1],
    [24, 6, 6, 1],
  ]);
  // The side grows half-way.
  expect(notes.shapes[3]).toEqual([
    [16, 16, 16, 1],
    [24, 8, 8, 1],
  ]);
  expect(notes.moments.map(({ step, epoch }) => [step, epoch])).toEqual([
    [0, 0],
    [1, 0],
    [2, 1],
    [3, 1],
    [4, 2],
    [5, 2],
  ]);
  expect(notes.moments[0]!.steps).toBe(6);
  expect(notes.epochs).toEqual([0, 1, 2]);
  expect(notes.outputs).toEqual(notes.rows);
  const { parts, recipe, preparation } = await readModel(outputs.model);
  expect(Object.keys(parts).sort()).toEqual(['backbone', 'frozen', 'head']);
  expect(recipe).toMatchObject({ stage: 'pretrain/noting', pull: 1 });
  expect(preparation).toEqual({
    size: null,
    resize: 'stretch',
    channels: 1,
    normalise: { mean: [0.5], std: [0.25] },
    mirror: false,
  });
});

/** Weights of a part after one step and after three. */
async function moved(factors: Readonly<Record<string, number>>, part: string): Promise<boolean> {
  const weights = await Promise.all(
    [1, 3].map(async (steps) => {
      const { outputs } = await runStage(noting(factors).stage, {
        params: { ...small, steps, schedule: 'constant' },
        inputs,
      });
      const model = await readModel(outputs.model);
      const learnt = [...model.weights].filter(([name]) => name.startsWith(`${part}.`) && name.endsWith('weight'));
      return learnt.flatMap(([, { data }]) => Array.from(data));
    }),
  );
  return weights[0]!.some((value, at) => value !== weights[1]![at]);
}

test('a part with a learning rate of 0 is frozen, the others learn', async () => {
  expect(await moved({ backbone: 0 }, 'backbone')).toBe(false);
  expect(await moved({ backbone: 0 }, 'head')).toBe(true);
  expect(await moved({ head: 0.5 }, 'backbone')).toBe(true);
  expect(await moved({}, 'frozen')).toBe(false);
});

test('a learning rate for an untrained part is refused', async () => {
  const run = runStage(noting({ projector: 0.1 }).stage, { params: small, inputs });
  await expect(run).rejects.toThrow("A learning rate is given for 'projector', which is not a trained part");
});
