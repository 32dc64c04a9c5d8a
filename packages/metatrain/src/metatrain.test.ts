// @module-tag slow
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Assignments,
  digestArtifact,
  type Images,
  readModel,
  rowsOf,
  writeAssignments,
  writeImages,
  writePolicy,
} from '@twoshot/artifact';
import { tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { startEngineUnderTest } from '@twoshot/engine/testing';
import { runStage } from '@twoshot/stage/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import prototypical from './prototypical.js';
import induction from './induction.js';
import matching from './matching.js';
import relation from './relation.js';
import siamese from './siamese.js';

const [side, count] = [16, 90];
const index = Uint32Array.from({ length: count }, (_, i) => 2 * i + 1);
let folder = '';
const inputs = { images: '', assignments: '', policy: '' };

/** Bars of three directions under noise; image i has direction i mod 3. */
function bars(): Images {
  const random = createRandom(5);
  const pixels = new Uint8Array(count * side * side);
  for (let at = 0; at < pixels.length; at++) {
    const [x, y] = [at % side, Math.floor(at / side) % side];
    const along = [x, y, x + y][Math.floor(at / (side * side)) % 3]!;
    pixels[at] = (along % 4 < 2 ? 150 : 30) + random.integer(70);
  }
  return { set: 'train', count, height: side, width: side, channels: 1, index, pixels };
}

/** Two partitions into the three directions, in other orders, with one row in thirty in a wrong cluster. */
function directions(): Assignments {
  const cluster = Int32Array.from(index, (_, i) => (i + Number(i % 30 === 0)) % 3);
  const rest = { clusters: 4, probabilities: null, quality: null };
  return {
    rows: rowsOf('train', index),
    partitions: [
      { name: 'first', cluster, ...rest },
      { name: 'second', cluster: cluster.map((one) => 3 - one), ...rest },
    ],
  };
}

async function written(name: string, write: (dir: string) => Promise<void>): Promise<string> {
  const dir = join(folder, name);
  await mkdir(dir);
  await write(dir);
  return dir;
}

beforeAll(async () => {
  await startEngineUnderTest();
  folder = await mkdtemp(join(tmpdir(), 'metatrain-'));
  inputs.images = await written('images', (dir) => writeImages(dir, bars()));
  inputs.assignments = await written('assignments', (dir) => writeAssignments(dir, directions()));
  inputs.policy = await written('policy', (dir) =>
    writePolicy(dir, {
      name: 'weak',
      size: side,
      mirror: false,
      border: 'edge',
      normalise: { mean: [0.4], std: [0.25] },
      operations: [{ op: 'pad-crop', padding: 1 }],
    }),
  );
});
afterAll(() => rm(folder, { recursive: true }));

const small = { width: 8, steps: 60, learningRate: 0.01 };
const cases = [
  { stage: prototypical, params: { ...small, ways: 3, shots: 2, queries: 4 }, parts: ['backbone'] },
  {
    stage: prototypical,
    params: { ...small, ways: 3, queries: 4, distance: 'squared-euclidean', temperature: 1 },
    parts: ['backbone'],
  },
  { stage: siamese, params: { ...small, pairs: 24 }, parts: ['backbone'] },
  { stage: siamese, params: { ...small, pairs: 24, loss: 'head' }, parts: ['backbone', 'head'] },
  { stage: matching, params: { ...small, ways: 3, queries: 4 }, parts: ['backbone', 'head'] },
  { stage: relation, params: { ...small, ways: 3, queries: 4, channels: 8 }, parts: ['backbone', 'head'] },
  {
    stage: induction,
    params: { ...small, steps: 80, learningRate: 0.003, ways: 3, queries: 6, slices: 32 },
    parts: ['backbone', 'head'],
  },
] as const;

const mean = (curve: readonly (readonly [number, number])[]): number =>
  curve.reduce((sum, [, value]) => sum + value, 0) / curve.length;

test.each(cases)('$stage.name learns what the clusters share, $params', async ({ stage, params, parts }) => {
  const { outputs, logs } = await runStage(stage as typeof prototypical, { params, inputs });
  const model = await readModel(outputs.model);
  const loss = model.curves['loss']!;
  expect(mean(loss.slice(-15))).toBeLessThan(0.8 * mean(loss.slice(0, 2)));
  // The contrastive loss of pairs has no accuracy.
  expect(mean(model.curves['accuracy']?.slice(-15) ?? [[0, 1]])).toBeGreaterThan(0.8);
  expect(Object.keys(model.parts).sort()).toEqual(parts);
  expect(model.parts['backbone']!.architecture).toMatchObject({ name: 'conv4', channels: 1, width: 8 });
  expect(model.preparation).toMatchObject({ mirror: false, normalise: { mean: [0.4] }, channels: 1 });
  expect(model.recipe).toMatchObject({ stage: stage.name });
  // The fourth cluster of either partition is empty.
  expect(logs[0]).toContain('3 classes');
});

test.each(cases)('$stage.name gives the same digest for the same seed only, $params', async ({ stage, params }) => {
  const run = async (seed: number): Promise<string> => {
    const short = { ...params, steps: 4 } as object;
    const { outputs } = await runStage(stage as typeof prototypical, { params: short, inputs, seed });
    return digestArtifact(outputs.model);
  };
  const first = await run(1);
  expect(await run(1)).toBe(first);
  expect(await run(2)).not.toBe(first);
});

test.each(cases)('$stage.name has the same result however often it is killed, $params', async ({ stage, params }) => {
  const run = { params: { ...params, steps: 5 } as object, inputs };
  const { outputs } = await runStage(stage as typeof prototypical, run);
  const checkpoints = join(await mkdtemp(join(folder, 'checkpoints-')), 'own');
  for (const at of [2, 4]) {
    const onProgress = ({ step }: { step: number }): void => {
      if (step === at) throw new Error('killed');
    };
    const killed = runStage(stage as typeof prototypical, { ...run, checkpoints, onProgress });
    await expect(killed).rejects.toThrow('killed');
  }
  const last = await runStage(stage as typeof prototypical, { ...run, checkpoints });
  expect(last.logs).toContain('resumed at step 3 of 5');
  expect(await digestArtifact(last.outputs.model)).toBe(await digestArtifact(outputs.model));
});

test('training starts from the given model', async () => {
  const params = { ...small, steps: 5 };
  const { outputs: first } = await runStage(prototypical, { params, inputs });
  const { outputs: second } = await runStage(siamese, {
    params: { ...params, steps: 1, learningRate: 0, width: 3 },
    inputs: { ...inputs, init: first.model },
  });
  const [start, end] = [await readModel(first.model), await readModel(second.model)];
  expect(end.parts['backbone']).toEqual(start.parts['backbone']);
  expect(end.weights.get('backbone.layer4.conv.weight')).toEqual(start.weights.get('backbone.layer4.conv.weight'));
});

test('clusters of too few images are refused with advice', async () => {
  const run = runStage(prototypical, { params: { ...small, shots: 60 }, inputs });
  await expect(run).rejects.toThrow('two clusters of 61 or more images of the set train');
});

test('leaves no tensor behind', async () => {
  const before = tf.memory().numTensors;
  for (const { stage, params } of cases)
    await runStage(stage as typeof prototypical, { params: { ...params, steps: 2 }, inputs });
  expect(tf.memory().numTensors).toBe(before);
});
