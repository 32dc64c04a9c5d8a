// @module-tag slow
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  digestArtifact,
  type Images,
  type Labels,
  type Predictions,
  readModel,
  rowsOf,
  writeImages,
  writeLabels,
  writeModel,
  writePolicy,
  writePredictions,
} from '@twoshot/artifact';
import { tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { startEngineUnderTest } from '@twoshot/engine/testing';
import { backbonePart, createPart, openModel, outputOf, savedParts } from '@twoshot/model';
import { disposeModule } from '@twoshot/nn';
import { runStage } from '@twoshot/stage/testing';
import { plainViews } from '@twoshot/views';
import { afterAll, beforeAll, expect, test } from 'vitest';
import pseudoLabel from './pseudo-label.js';

const [side, count] = [16, 90];
const index = Uint32Array.from({ length: count }, (_, i) => 2 * i + 1);
const classNames = ['upright', 'lying', 'oblique'];
const normalise = { mean: [0.4], std: [0.25] };
let folder = '';
const inputs = { model: '', images: '', policy: '', labels: '', strong: '' };

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

const labels: Labels = {
  rows: rowsOf('train', index.slice(0, 6)),
  classNames,
  label: Int32Array.of(0, 1, 2, 0, 1, 2),
  weight: new Float32Array(6).fill(1),
  source: 'given',
  origin: { split: 0, draw: 1 },
};

/** Correct in four of five rows, and more confident where correct. */
function predictions(): Predictions {
  const values = new Float32Array(count * 3);
  for (let i = 0; i < count; i++) {
    const isRight = i % 5 !== 4;
    values[i * 3 + ((i + Number(!isRight)) % 3)] = isRight ? 2 : 1;
  }
  return { rows: rowsOf('train', index), classNames, scale: 'logits', values };
}

async function written(name: string, write: (dir: string) => Promise<void>): Promise<string> {
  const dir = join(folder, name);
  await mkdir(dir);
  await write(dir);
  return dir;
}

beforeAll(async () => {
  await startEngineUnderTest();
  folder = await mkdtemp(join(tmpdir(), 'finetune-'));
  const architecture = { name: 'conv4', channels: 1, width: 8 } as const;
  const backbone = createPart(backbonePart, { takes: 'images', architecture }, createRandom(1));
  const parts = await savedParts({ backbone });
  disposeModule(backbone.module);
  const policy = { name: 'weak', size: side, mirror: false, border: 'edge', normalise };
  inputs.model = await written('model', (dir) =>
    writeModel(dir, {
      ...parts,
      preparation: { size: null, resize: 'stretch', channels: 1, normalise, mirror: false },
      recipe: {},
      curves: {},
    }),
  );
  inputs.images = await written('images', (dir) => writeImages(dir, bars()));
  inputs.labels = await written('labels', (dir) => writeLabels(dir, labels));
  inputs.policy = await written('policy', (dir) =>
    writePolicy(dir, { ...policy, operations: [{ op: 'pad-crop', padding: 1 }] }),
  );
  inputs.strong = await written('strong', (dir) =>
    writePolicy(dir, { ...policy, name: 'strong', operations: [{ op: 'cutout', side: [0.2, 0.4], fill: 0.4 }] }),
  );
});
afterAll(() => rm(folder, { recursive: true }));

const params = { steps: 50, headSteps: 20, batch: 24, learningRate: 0.01, average: 0.9 };

/** Fraction of the images that the head of a model classifies correctly. */
async function accuracyOf(path: string): Promise<number> {
  const model = await openModel({ path, from: 'finetune.model' });
  const forward = outputOf(model, 'classifier');
  const images = bars();
  const pixels = plainViews(images, { size: side, normalise, mirrored: false }, [0, count]);
  const x = tf.tensor4d(pixels, [count, side, side, 1]);
  const predicted = tf.tidy(() => tf.argMax<tf.Tensor1D>(forward(x, { training: false }), 1).arraySync());
  x.dispose();
  model.dispose();
  return predicted.filter((label, i) => label === i % 3).length / count;
}

test('learns the classes from a few labels, and stores what extraction and classification need', async () => {
  const { model: start, images, policy, labels: given } = inputs;
  const { outputs, logs, progress } = await runStage(pseudoLabel, {
    params,
    inputs: { model: start, images, policy, labels: given },
  });
  expect(await accuracyOf(outputs.model)).toBeGreaterThan(0.9);
  const model = await readModel(outputs.model);
  const loss = model.curves['loss']!;
  expect(loss.at(-1)![1]).toBeLessThan(loss[0]![1]);
  expect(model.parts['classifier']).toMatchObject({ takes: 'backbone', architecture: { dim: 8, classNames } });
  expect(model.preparation).toMatchObject({ mirror: false, normalise, size: side });
  expect(model.recipe).toMatchObject({ labelled: 6 });
  expect(model.weights.get('classifier.weight')!.shape).toEqual([3, 8]);
  expect(logs[0]).toBe('6 images: upright 2, lying 2, oblique 2');
  expect(progress.at(-1)).toMatchObject({ step: 50, total: 50, phase: 'backbone and head' });
});

test('a cosine classifier learns, and is opened as one', async () => {
  const { model: start, images, policy, labels: given } = inputs;
  const { outputs } = await runStage(pseudoLabel, {
    params: { ...params, classifier: 'cosine', scale: 8 },
    inputs: { model: start, images, policy, labels: given },
  });
  const model = await readModel(outputs.model);
  expect(model.parts['classifier']).toMatchObject({
    type: 'classifier',
    architecture: { dim: 8, classNames, scale: 8 },
  });
  expect(model.weights.has('classifier.bias')).toBe(false);
  expect(await accuracyOf(outputs.model)).toBeGreaterThan(0.9);
});

test('learns from the most confident predictions, with consistency of weak and strong views', async () => {
  const answers = await written('predictions', (dir) => writePredictions(dir, predictions()));
  const { model: start, images, policy, strong } = inputs;
  const { outputs, logs } = await runStage(pseudoLabel, {
    params: { ...params, share: 0.6, ratio: 1, threshold: 0.6 },
    inputs: { model: start, images, policy, strong, predictions: [answers, answers] },
  });
  // 0.6 of 90 images, and as many of each class.
  expect(logs[0]).toBe('54 images: upright 18, lying 18, oblique 18');
  expect(await accuracyOf(outputs.model)).toBeGreaterThan(0.9);
  const { curves } = await readModel(outputs.model);
  expect(curves['sure']!.at(-1)![1]).toBeGreaterThan(0.2);
  expect(Object.keys(curves)).toContain('agreement');
});

async function digest(seed: number): Promise<string> {
  const short = { ...params, steps: 3, headSteps: 2, ratio: 1 };
  const { outputs } = await runStage(pseudoLabel, { params: short, inputs, seed });
  return digestArtifact(outputs.model);
}

test('the same seed gives the same digest, another seed another one, and no tensor stays', async () => {
  const first = await digest(1);
  const before = tf.memory().numTensors;
  expect(await digest(1)).toBe(first);
  expect(tf.memory().numTensors).toBe(before);
  expect(await digest(2)).not.toBe(first);
});

test('the result is the same however often it is killed, in either phase', async () => {
  const short = { ...params, steps: 5, headSteps: 3, ratio: 1 };
  const { outputs } = await runStage(pseudoLabel, { params: short, inputs });
  const checkpoints = join(folder, 'checkpoints', 'own');
  for (const [part, at] of [
    ['head', 2],
    ['backbone and head', 3],
    ['backbone and head', 5],
  ] as const) {
    const onProgress = ({ step, phase }: { step: number; phase?: string }): void => {
      if (phase === part && step === at) throw new Error('killed');
    };
    await expect(runStage(pseudoLabel, { params: short, inputs, checkpoints, onProgress })).rejects.toThrow('killed');
  }
  const last = await runStage(pseudoLabel, { params: short, inputs, checkpoints });
  expect(last.logs).toContain('head resumed at step 3 of 3');
  expect(last.logs).toContain('backbone and head resumed at step 4 of 5');
  expect(await digestArtifact(last.outputs.model)).toBe(await digestArtifact(outputs.model));
});

test('a run without anything that labels images is refused, and so is one of a single class', async () => {
  const { model: start, images, policy } = inputs;
  const wired = { model: start, images, policy };
  await expect(runStage(pseudoLabel, { params, inputs: wired })).rejects.toThrow(
    'wire `labels`, `predictions` or both',
  );
  const single = await written('single', (dir) => writeLabels(dir, { ...labels, label: new Int32Array(6) }));
  const run = runStage(pseudoLabel, { params, inputs: { ...wired, labels: single } });
  await expect(run).rejects.toThrow('for 1 of 3 classes');
  const others = { ...predictions(), classNames: ['a', 'b', 'c'] };
  const renamed = await written('renamed', (dir) => writePredictions(dir, others));
  const mixed = runStage(pseudoLabel, {
    params,
    inputs: { ...wired, labels: inputs.labels, predictions: [renamed] },
  });
  await expect(mixed).rejects.toThrow('the classes a, b, c');
});
