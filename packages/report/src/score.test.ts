import { areOfClassification, type Predictions, readMetrics, rowsOf, writePredictions } from '@twoshot/artifact';
import { runStage, type TestInput } from '@twoshot/stage/testing';
import { expect, test } from 'vitest';
import { labelsOf as labels, temporaryFolder as folder } from './labels.fixture.js';
import score from './score.js';

const classNames = ['cat', 'dog'];

async function predictions(values: number[], seen: string[] = ['train']): Promise<TestInput> {
  const path = await folder();
  const count = values.length / 2;
  const content: Predictions = {
    rows: rowsOf(
      'test',
      Uint32Array.from({ length: count }, (_, i) => 10 + i),
    ),
    classNames,
    scale: 'probabilities',
    values: Float32Array.from(values),
  };
  await writePredictions(path, content);
  return { path, seen };
}

test('rows are matched by set and index, and the metrics have a protocol', async () => {
  const { outputs } = await runStage(score, {
    seed: 5,
    inputs: {
      predictions: await predictions([0.9, 0.1, 0.2, 0.8, 0.6, 0.4, 0.3, 0.7]),
      truth: await labels('test', [13, 10, 11, 12], [1, 0, 0, 0]),
      labels: await labels('train', [1, 2, 3, 4], [0, 0, 1, 1], 7),
    },
  });
  const metrics = await readMetrics(outputs.metrics);
  const { values, protocol } = metrics;
  expect(values['accuracy']).toBe(0.75);
  expect(values['balancedAccuracy']).toBeCloseTo((2 / 3 + 1) / 2, 6);
  expect(areOfClassification(metrics) && metrics.confusion).toEqual([
    [2, 1],
    [0, 1],
  ]);
  expect(protocol).toEqual({
    type: 'classification',
    set: 'test',
    rows: 4,
    labelled: 4,
    split: 3,
    draw: 7,
    seed: 5,
    transductive: false,
    n: 1,
    outside: [],
  });
});

test('predictions that have seen the scored set are called transductive', async () => {
  const { outputs } = await runStage(score, {
    inputs: {
      predictions: await predictions([0.9, 0.1], ['test', 'train']),
      truth: await labels('test', [10], [0]),
      labels: await labels('train', [1], [0]),
    },
  });
  expect((await readMetrics(outputs.metrics)).protocol).toMatchObject({ transductive: true });
});

test('without hidden labels there are no values; hidden labels of other rows are an error', async () => {
  const given = { predictions: await predictions([0.9, 0.1]), labels: await labels('train', [1], [0]) };
  const { outputs } = await runStage(score, { inputs: { ...given, truth: await labels('test', [], []) } });
  expect(await readMetrics(outputs.metrics)).toMatchObject({ values: {}, confusion: null });
  await expect(runStage(score, { inputs: { ...given, truth: await labels('val', [10], [0]) } })).rejects.toMatchObject({
    code: 'nothing-to-score',
  });
});

test('where rows may be of no class, that is one more class, and classes are known by their names', async () => {
  const path = await folder();
  await writePredictions(path, {
    rows: rowsOf('test', Uint32Array.of(1, 2, 3)),
    classNames: ['dog', 'bird'],
    scale: 'probabilities',
    values: Float32Array.of(0.75, 0.25, 0.25, 0.75, 0.75, 0.25),
    none: { probability: Float32Array.of(0, 0, 0.75), threshold: 0.5 },
  });
  const { outputs } = await runStage(score, {
    inputs: {
      predictions: { path, seen: [] },
      truth: await labels('test', [1, 2, 3], [1, 1, 0]),
      labels: await labels('train', [7], [0]),
    },
  });
  const metrics = await readMetrics(outputs.metrics);
  expect(metrics).toMatchObject({
    classNames: ['dog', 'bird', 'none of these'],
    confusion: [
      [1, 1, 0],
      [0, 0, 0],
      [0, 0, 1],
    ],
    values: { rejected: 1, falseRejections: 0, rejectionRecall: 1, rejectionPrecision: 1 },
  });
  expect(metrics.values['accuracy']).toBeCloseTo(2 / 3, 12);
  // The true class of row 2 has probability 1/4, that of the others 3/4.
  expect(metrics.values['negativeLogLikelihood']).toBeCloseTo(Math.log(4) - (2 / 3) * Math.log(3), 6);
});
