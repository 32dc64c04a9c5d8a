// @module-tag slow
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestArtifact, readModel, rowsOf, writeAssignments, writeLabels } from '@twoshot/artifact';
import { tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { startEngineUnderTest } from '@twoshot/engine/testing';
import { runStage } from '@twoshot/stage/testing';
import { classOf, neighbourAccuracy, type TwoClasses, writeTwoClasses } from '@twoshot/training/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawClassBatch } from './class-batches.js';
import metric from './metric.js';

const count = 80;
const index = Uint32Array.from({ length: count }, (_, i) => 3 * i);
let folder = '';
let data: TwoClasses;
let wired = { images: '', policy: '', assignments: '' };
let labels = '';
let untrained = 1;

const small = { steps: 30, width: 8, classes: 2, perClass: 8, learningRate: 0.01, size: 16 } as const;

beforeAll(async () => {
  await startEngineUnderTest();
  folder = await mkdtemp(join(tmpdir(), 'metric-'));
  data = await writeTwoClasses(folder, { count });
  const assignments = join(folder, 'assignments');
  labels = join(folder, 'labels');
  await Promise.all([assignments, labels].map((path) => mkdir(path)));
  const cluster = Int32Array.from(index, (_, i) => classOf(i));
  const rest = { probabilities: null, quality: null };
  const partitions = [
    { name: 'two', clusters: 2, cluster, ...rest },
    // A third cluster takes some of either class.
    { name: 'three', clusters: 3, cluster: cluster.map((own, i) => (i % 9 < 2 ? 2 : own)), ...rest },
  ];
  await writeAssignments(assignments, { rows: rowsOf('train', index), partitions });
  await writeLabels(labels, {
    rows: rowsOf('train', index),
    classNames: ['along', 'across'],
    label: cluster,
    weight: new Float32Array(count).fill(1),
    source: 'given',
    origin: null,
  });
  wired = { ...data, assignments };
  const { outputs } = await runStage(metric, { params: { ...small, learningRate: 0 }, inputs: wired });
  untrained = await neighbourAccuracy(outputs.model, data);
});
afterAll(() => rm(folder, { recursive: true }));

/** Every loss, with its miners, and sums; the names of what has vectors of its own are those of its parts. */
const cases = [
  { own: { loss: ['contrastive'] }, parts: [] },
  { own: { loss: ['triplet'], margin: 0.2 }, parts: [] },
  { own: { loss: ['triplet'], miner: 'semi-hard' }, parts: [] },
  { own: { loss: ['triplet'], miner: 'batch-hard' }, parts: [] },
  { own: { loss: ['n-pair'], steps: 100 }, parts: [] },
  { own: { loss: ['lifted-structure'] }, parts: [] },
  { own: { loss: ['generalised-lifted-structure'] }, parts: [] },
  { own: { loss: ['ranked-list'] }, parts: [] },
  { own: { loss: ['multi-similarity'] }, parts: [] },
  { own: { loss: ['multi-similarity'], miner: 'multi-similarity' }, parts: [] },
  { own: { loss: ['circle'], scale: 16 }, parts: [] },
  { own: { loss: ['supervised-contrastive'] }, parts: [] },
  { own: { loss: ['arcface'], scale: 16, margin: 0.2 }, parts: ['arcface'] },
  { own: { loss: ['sub-centre-arcface'], scale: 16, margin: 0.2, subCentres: 2 }, parts: ['sub-centre-arcface'] },
  { own: { loss: ['cosface'], scale: 16, margin: 0.2 }, parts: ['cosface'] },
  { own: { loss: ['focal'] }, parts: ['focal'] },
  { own: { loss: ['proxy-anchor'] }, parts: ['proxy-anchor'] },
  {
    own: { loss: ['arcface', 'triplet', 'focal'], weights: [0.1, 1, 1], miner: 'batch-hard' },
    parts: ['arcface', 'focal'],
  },
] as const;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

test.each(cases)('$own learns what the clusters share', async ({ own, parts }) => {
  const before = tf.memory().numTensors;
  const { outputs, logs } = await runStage(metric, { params: { ...small, ...own }, inputs: wired });
  expect(tf.memory().numTensors).toBe(before);
  const model = await readModel(outputs.model);
  const losses = model.curves['loss']!.map(([, loss]) => loss);
  expect(mean(losses.slice(-8))).toBeLessThan(mean(losses.slice(0, 8)));
  expect(Object.keys(model.parts).sort()).toEqual(['backbone', ...parts].sort());
  if (parts.length === 1) expect(model.parts[parts[0]]!.gives.dim % 5).toBe(0);
  expect(model.recipe).toMatchObject({ stage: 'metatrain/metric', loss: own.loss });
  expect(logs[1]).toBe('three: 3 classes of 31, 31, 18 images');
  expect(await neighbourAccuracy(outputs.model, data)).toBeGreaterThan(untrained);
});

const killAtFour = ({ step }: { step: number }): void => {
  if (step === 4) throw new Error('killed');
};

test.each([cases[9], cases[17]])('$own has the same result if it was killed', async ({ own }) => {
  const run = { params: { ...small, ...own, steps: 6 }, inputs: wired };
  const whole = await runStage(metric, run);
  const checkpoints = join(await mkdtemp(join(folder, 'killed-')), 'own');
  await expect(runStage(metric, { ...run, checkpoints, onProgress: killAtFour })).rejects.toThrow('killed');
  const last = await runStage(metric, { ...run, checkpoints });
  expect(last.logs).toContain('resumed at step 3 of 6');
  expect(await digestArtifact(last.outputs.model)).toBe(await digestArtifact(whole.outputs.model));
});

test('labels take the place of clusters, and just one of both is to be wired', async () => {
  const params = { ...small, steps: 2 };
  const { logs } = await runStage(metric, { params, inputs: { ...data, labels } });
  expect(logs[0]).toBe('labels: 2 classes of 40, 40 images');
  await expect(runStage(metric, { params, inputs: { ...wired, labels } })).rejects.toThrow('found both');
  await expect(runStage(metric, { params, inputs: { ...data } })).rejects.toThrow('found neither');
});

const run = (own: object): Promise<unknown> => runStage(metric, { params: { ...small, ...own }, inputs: wired });

test('weights of another number, and a miner that no loss takes, are refused', async () => {
  await expect(run({ loss: ['triplet', 'focal'], weights: [1] })).rejects.toMatchObject({ code: 'weights' });
  await expect(run({ loss: ['circle'], miner: 'semi-hard' })).rejects.toThrow(
    'Use semi-hard and batch-hard with triplet',
  );
});

test('a batch has equally many images of every class, or all where there are fewer', () => {
  const partition = {
    name: 'p',
    members: [Uint32Array.of(0, 1, 2, 3, 4), Uint32Array.of(5, 6), Uint32Array.of(7, 8, 9)],
  };
  const seen = new Set<number>();
  for (let seed = 0; seed < 20; seed++) {
    const { positions, labels: own } = drawClassBatch([partition], { classes: 2, perClass: 3 }, createRandom(seed));
    expect(new Set(positions).size).toBe(positions.length);
    for (const [i, label] of own.entries()) expect(partition.members[label]).toContain(positions[i]);
    const sizes = [...new Set(own)].map((label) => own.filter((one) => one === label).length);
    expect(sizes).toEqual([...new Set(own)].map((label) => (label === 1 ? 2 : 3)));
    own.forEach((label) => seen.add(label));
  }
  expect(seen.size).toBe(3);
});
