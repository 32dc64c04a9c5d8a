import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  hardPredictions,
  type Labels,
  type Predictions,
  rowsOf,
  writeFeatures,
  writeLabels,
  writeModel,
  writePredictions,
} from '@twoshot/artifact';
import { tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { startEngineUnderTest } from '@twoshot/engine/testing';
import {
  backbonePart,
  classifierOutputs,
  classifierPart,
  createPart,
  openModel,
  predictionsOf,
  savedParts,
} from '@twoshot/model';
import { runStage } from '@twoshot/stage/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import linear from './linear.js';

const [count, dim] = [60, 8];
const classNames = ['left', 'right'];
const index = Uint32Array.from({ length: count }, (_, i) => 3 * i);
const preparation = { size: 16, resize: 'stretch', channels: 1, normalise: null, mirror: false } as const;
let folder = '';
const random = createRandom(2);
/** Rows to the left or the right, by turns. */
const values = Float32Array.from(
  { length: count * dim },
  (_, i) => random.normal() + (i % dim === 0 ? 4 * ((Math.floor(i / dim) % 2) * 2 - 1) : 0),
);

async function stored(name: string, write: (dir: string) => Promise<void>): Promise<string> {
  const dir = await mkdtemp(join(folder, `${name}-`));
  await write(dir);
  return dir;
}

/** Of the first 50 rows, right and 80 % sure; row 0 is said to be right, which its label corrects. */
function predictions(): Predictions {
  const said = Array.from({ length: 50 }, (_, row) => (row === 0 || row % 2 === 1 ? [0.2, 0.8] : [0.8, 0.2]));
  return {
    rows: rowsOf('train', index.slice(0, 50)),
    classNames,
    scale: 'probabilities',
    values: Float32Array.from(said.flat()),
  };
}

const labels = (names: readonly string[]): Labels => ({
  rows: rowsOf('train', index.slice(0, 1)),
  classNames: names,
  label: Int32Array.of(0),
  weight: Float32Array.of(1),
  source: 'given',
  origin: null,
});

let inputs: Record<'model' | 'features' | 'predictions' | 'labels', string>;

beforeAll(async () => {
  await startEngineUnderTest();
  folder = await mkdtemp(join(tmpdir(), 'linear-'));
  const architecture = { name: 'conv4', channels: 1, width: dim } as const;
  const backbone = createPart(backbonePart, { takes: 'images', architecture }, createRandom(1));
  const parts = await savedParts({ backbone });
  inputs = {
    model: await stored('model', (dir) => writeModel(dir, { ...parts, preparation, recipe: {}, curves: {} })),
    features: await stored('features', (dir) => writeFeatures(dir, { rows: rowsOf('train', index), dim, values })),
    predictions: await stored('predictions', (dir) => writePredictions(dir, predictions())),
    labels: await stored('labels', (dir) => writeLabels(dir, labels(classNames))),
  };
});
afterAll(() => rm(folder, { recursive: true }));

test('the classifier says of new rows what the predictions say of theirs, as surely', async () => {
  const { outputs, logs } = await runStage(linear, { inputs });
  expect(logs).toEqual(['60 images, 50 predicted, 1 labelled']);
  const model = await openModel({ path: outputs.model, from: 'linear.model' });
  expect(Object.keys(model.parts)).toEqual(['backbone', 'classifier']);
  expect(model.parts['classifier']).toMatchObject({ takes: 'backbone', architecture: { dim, classNames } });
  expect(model.preparation()).toEqual(preparation);
  const { module } = model.part('classifier', classifierPart);
  const shares = tf.tidy(() => tf.softmax(module.forward(tf.tensor2d(values, [count, dim]), { training: false })));
  const likely = [...shares.dataSync()].filter((_, i) => i % 2 === 1);
  for (const [row, share] of likely.entries())
    expect({ row, right: share > 0.5 }).toEqual({ row, right: row % 2 === 1 });
  const sure = likely.reduce((sum, share) => sum + Math.max(share, 1 - share), 0) / count;
  expect(sure).toBeGreaterThan(0.7);
  expect(sure).toBeLessThan(0.9);
  shares.dispose();
  model.dispose();
});

test('what does not fit together is refused', async () => {
  const other = await stored('labels', (dir) => writeLabels(dir, labels(['left', 'middle'])));
  await expect(runStage(linear, { inputs: { ...inputs, labels: other } })).rejects.toThrow(
    'The predictions have the classes left, right, the labels left, middle',
  );
  const features = await stored('features', (dir) => writeFeatures(dir, { rows: rowsOf('test', index), dim, values }));
  await expect(runStage(linear, { inputs: { ...inputs, features } })).rejects.toThrow(
    'Wire the features of the images that are predicted',
  );
});

test('what predictions say of none of the classes is an output of the classifier', async () => {
  const raised = values.map((value, i) => (i % dim === 1 && Math.floor(i / dim) % 3 === 2 ? value + 6 : value));
  const features = await stored('features', (dir) =>
    writeFeatures(dir, { rows: rowsOf('train', index), dim, values: raised }),
  );
  const probability = Float32Array.from({ length: 50 }, (_, row) => (row % 3 === 2 ? 0.9 : 0.05));
  const said = { ...predictions(), none: { probability, threshold: 0.4 } };
  const withNone = await stored('predictions', (dir) => writePredictions(dir, said));
  const { outputs } = await runStage(linear, { inputs: { ...inputs, features, predictions: withNone } });
  const model = await openModel({ path: outputs.model, from: 'linear.model' });
  expect(model.parts['classifier']!.gives).toEqual({ what: 'classes', dim: 3 });
  const { module } = model.part('classifier', classifierPart);
  const shares = tf.tidy(() => tf.softmax(module.forward(tf.tensor2d(raised, [count, dim]), { training: false })));
  const found = predictionsOf(
    classifierOutputs(model, 'classifier'),
    rowsOf('new', index),
    shares.dataSync<'float32'>(),
  );
  expect(hardPredictions(found).map(({ none }) => none)).toEqual(Array.from(index, (_, row) => row % 3 === 2));
  expect(found.values.slice(0, 2).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
  shares.dispose();
  model.dispose();
});
