// @module-tag slow
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMetrics, writeImages, writePolicy } from '@twoshot/artifact';
import { tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { startEngineUnderTest } from '@twoshot/engine/testing';
import { runStage, type TestResult } from '@twoshot/stage/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import rateFinder from './rate-finder.js';

let folder = '';
const inputs = { images: '', policy: '' };

beforeAll(async () => {
  await startEngineUnderTest();
  folder = await mkdtemp(join(tmpdir(), 'rate-finder-'));
  inputs.images = join(folder, 'images');
  inputs.policy = join(folder, 'policy');
  for (const path of Object.values(inputs)) await mkdir(path);
  const random = createRandom(5);
  const index = Uint32Array.from({ length: 60 }, (_, i) => i);
  const pixels = Uint8Array.from({ length: 60 * 64 }, (_, i) => 40 * (1 + (i % 4)) + random.integer(60));
  await writeImages(inputs.images, {
    set: 'train',
    count: 60,
    height: 8,
    width: 8,
    channels: 1,
    index,
    pixels,
  });
  await writePolicy(inputs.policy, {
    name: 'contrastive',
    size: 8,
    mirror: true,
    border: 'reflect',
    normalise: { mean: [0.5], std: [0.25] },
    operations: [{ op: 'resized-crop', area: [0.5, 1], ratio: [1, 1] }],
  });
});
afterAll(() => rm(folder, { recursive: true }));

const run = (
  given: Partial<Parameters<typeof rateFinder.run>[0]['params']>,
): Promise<TestResult<(typeof rateFinder)['outputs']>> =>
  runStage(rateFinder, {
    inputs,
    params: { batch: 16, widths: [8, 16], stem: 'conv', size: 8, optimiser: 'sgd', ...given },
  });

test.each(['vicreg', 'simsiam', 'rotation'] as const)('a learning rate is found for %s', async (method) => {
  const before = tf.memory().numTensors;
  const small = { projector: 16, predictor: 8, views: 2 };
  const { outputs, logs } = await run({ method, ...small, steps: 40, end: 100 });
  expect(tf.memory().numTensors).toBe(before);
  const { values, protocol } = await readMetrics(outputs.metrics);
  expect(Object.keys(values).sort()).toEqual(['minimum', 'steepest']);
  for (const learningRate of Object.values(values)) {
    expect(learningRate).toBeGreaterThan(1e-6);
    expect(learningRate).toBeLessThan(100);
  }
  expect(protocol).toMatchObject({ type: 'curve', set: 'train', rows: 60, over: 'learning rate', n: 1 });
  expect(Object.keys(protocol)).not.toContain('draw');
  expect(logs.at(-1)).toContain('where the loss falls fastest');
  const page = await readFile(join(outputs.html, 'rate-finder.html'), 'utf8');
  expect(page).toContain(`<h1>Learning rate of pretrain/${method}</h1>`);
  expect(page).not.toContain('NaN');
});

test('a range of learning rates without a readable curve is refused', async () => {
  await expect(run({ method: 'rotation', start: 1, end: 0.1 })).rejects.toThrow('raise `end`');
  await expect(run({ method: 'rotation', start: 1e12, end: 1e30 })).rejects.toThrow('lower `start`');
});
