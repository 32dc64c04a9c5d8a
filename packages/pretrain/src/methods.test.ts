// @module-tag slow
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestArtifact, readModel } from '@twoshot/artifact';
import { tf } from '@twoshot/engine';
import { startEngineUnderTest } from '@twoshot/engine/testing';
import { runStage } from '@twoshot/stage/testing';
import { neighbourAccuracy, type TwoClasses, writeTwoClasses } from '@twoshot/training/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import barlowTwins from './barlow-twins.js';
import byol from './byol.js';
import deepClusterV2 from './deepcluster-v2.js';
import dino from './dino.js';
import empSsl from './emp-ssl.js';
import fastSiam from './fastsiam.js';
import moco from './moco.js';
import nnclr from './nnclr.js';
import rotation from './rotation.js';
import simclr from './simclr.js';
import simsiam from './simsiam.js';
import swav from './swav.js';
import tico from './tico.js';
import vicreg from './vicreg.js';

const small = { steps: 60, batch: 32, widths: [8, 16], stemWidth: 8, stem: 'conv', size: 12, lateSize: 12 } as const;
const quick = { optimiser: 'sgd', learningRate: 0.5 } as const;

/** Every method, with params in which it learns at once, and the parts of its model. */
const methods = [
  { stage: barlowTwins, own: { projector: 16, learningRate: 0.01 }, parts: ['projector'] },
  {
    stage: byol,
    own: { ...quick, projector: 16, predictor: 16, momentum: 0.9 },
    parts: ['predictor', 'projector', 'teacher', 'teacherProjector'],
  },
  {
    stage: deepClusterV2,
    own: { projector: 16, dim: 8, clusters: 6, partitions: 2, learningRate: 0.01 },
    parts: ['projector', 'prototypes'],
  },
  {
    stage: dino,
    own: { projector: 16, dim: 8, prototypes: 12, learningRate: 0.01, momentum: 0.9 },
    parts: ['projector', 'prototypes', 'teacher', 'teacherProjector', 'teacherPrototypes'],
  },
  { stage: empSsl, own: { projector: 16, views: 4, learningRate: 0.01, similarity: 20 }, parts: ['projector'] },
  { stage: fastSiam, own: { ...quick, projector: 16, predictor: 8, views: 4 }, parts: ['predictor', 'projector'] },
  {
    stage: moco,
    // The loss rises while the queue fills with keys in place of random directions.
    own: { projector: 8, queue: 16, learningRate: 0.6, momentum: 0.9 },
    parts: ['projector', 'teacher', 'teacherProjector'],
  },
  {
    stage: nnclr,
    own: { ...quick, projector: 8, predictor: 16, queue: 32, temperature: 0.2 },
    parts: ['predictor', 'projector'],
  },
  { stage: rotation, own: { learningRate: 0.3 }, parts: ['rotation'] },
  { stage: simclr, own: { projector: 8, learningRate: 0.01 }, parts: ['projector'] },
  { stage: simclr, own: { projector: 8, learningRate: 0.01, loss: 'decoupled' }, parts: ['projector'] },
  { stage: simsiam, own: { projector: 16, predictor: 8, learningRate: 1 }, parts: ['predictor', 'projector'] },
  {
    stage: swav,
    own: { projector: 16, dim: 8, prototypes: 8, localViews: 0, temperature: 0.3, epsilon: 0.2, learningRate: 0.03 },
    parts: ['projector', 'prototypes'],
  },
  {
    stage: tico,
    own: { projector: 8, learningRate: 0.01, decay: 0.5, contrast: 8, momentum: 0.9 },
    parts: ['projector', 'teacher', 'teacherProjector'],
  },
  { stage: vicreg, own: { projector: 32, views: 3, learningRate: 0.01 }, parts: ['projector'] },
  {
    stage: vicreg,
    own: { projector: 32, views: 3, learningRate: 0.01, rotation: 0.5 },
    parts: ['projector', 'rotation'],
  },
] as const;

let folder = '';
let data: TwoClasses;
let untrained = 1;

/** All have the same params beside their own, so that one of them may stand for the others. */
async function trained(stage: { readonly name: string }, params: object, checkpoints?: string, killAt = 0) {
  return runStage(stage as typeof vicreg, {
    params,
    inputs: { images: data.images, policy: data.policy },
    seed: 3,
    ...(checkpoints === undefined ? {} : { checkpoints }),
    onProgress({ step }) {
      if (step === killAt) throw new Error('killed');
    },
  });
}

beforeAll(async () => {
  await startEngineUnderTest();
  folder = await mkdtemp(join(tmpdir(), 'methods-'));
  data = await writeTwoClasses(folder);
  const { outputs } = await trained(rotation, { ...small, learningRate: 0 });
  untrained = await neighbourAccuracy(outputs.model, data);
});
afterAll(() => rm(folder, { recursive: true }));

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

test.each(methods)('$stage.name learns what tells images apart, $own', async ({ stage, own, parts }) => {
  const before = tf.memory().numTensors;
  const { outputs, reads } = await trained(stage, { ...small, ...own });
  expect(tf.memory().numTensors).toBe(before);
  const model = await readModel(outputs.model);
  const losses = model.curves['loss']!.map(([, loss]) => loss);
  expect(mean(losses.slice(-10))).toBeLessThan(mean(losses.slice(2, 12)));
  expect(Object.keys(model.parts).sort()).toEqual(['backbone', ...parts].sort());
  expect(model.recipe).toMatchObject({ stage: stage.name, policy: 'two classes', steps: 60 });
  expect(reads.params).toEqual(expect.arrayContaining(Object.keys(own)));
  expect(await neighbourAccuracy(outputs.model, data)).toBeGreaterThan(untrained);
});

test.each(methods)('$stage.name ends the same though it was killed, $own', async ({ stage, own }) => {
  const params = { ...small, ...own, steps: 6 };
  const whole = await trained(stage, params);
  const checkpoints = join(await mkdtemp(join(folder, 'killed-')), 'own');
  await expect(trained(stage, params, checkpoints, 4)).rejects.toThrow('killed');
  const last = await trained(stage, params, checkpoints);
  expect(last.logs).toContain('resumed at step 3 of 6');
  expect(await digestArtifact(last.outputs.model)).toBe(await digestArtifact(whole.outputs.model));
});

test('a method that learns from rotations already is refused the same task twice', async () => {
  const twice = trained(rotation, { ...small, rotation: 1 });
  await expect(twice).rejects.toMatchObject({ code: 'rotation-twice', name: 'StageInputError' });
});
