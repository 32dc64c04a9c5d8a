import { readMetrics, rowsOf, writePredictions } from '@twoshot/artifact';
import { runStage, type TestInput } from '@twoshot/stage/testing';
import { expect, test } from 'vitest';
import { labelsOf, temporaryFolder } from './labels.fixture.js';
import scoreUnknowns from './score-unknowns.js';

/** Predictions of cats and birds; the labels of the fixture are of cats (0) and dogs (1). */
async function predictions(confidence: readonly number[], none?: readonly number[]): Promise<TestInput> {
  const path = await temporaryFolder();
  await writePredictions(path, {
    rows: rowsOf('test', Uint32Array.from(confidence.keys())),
    classNames: ['cat', 'bird'],
    scale: 'probabilities',
    values: Float32Array.from(confidence.flatMap((value) => [value, 1 - value])),
    ...(none !== undefined && { none: { probability: Float32Array.from(none), threshold: 0.5 } }),
  });
  return { path, seen: ['train'] };
}

const labels = (): Promise<string> => labelsOf('train', [1, 2], [0, 0], 7);

test('rows of a class that the predictions lack are detected by low confidence', async () => {
  const { outputs } = await runStage(scoreUnknowns, {
    seed: 4,
    inputs: {
      predictions: await predictions([0.9, 0.6, 0.7, 0.55]),
      truth: await labelsOf('test', [0, 1, 2, 3], [0, 0, 1, 1]),
      labels: await labels(),
    },
  });
  // Of the four pairs of a dog and a cat, three have the dog as the less confident one.
  expect(await readMetrics(outputs.metrics)).toEqual({
    values: { areaUnderRoc: 0.75 },
    protocol: {
      type: 'detection',
      set: 'test',
      rows: 4,
      unknown: 2,
      labelled: 2,
      split: 3,
      draw: 7,
      transductive: false,
      seed: 4,
      n: 1,
      outside: [],
    },
  });
});

test('where all classes are known there is nothing to detect, and the stage says so', async () => {
  const { outputs, warnings } = await runStage(scoreUnknowns, {
    inputs: {
      predictions: await predictions([0.9, 0.6]),
      truth: await labelsOf('test', [0, 1], [0, 0]),
      labels: await labels(),
    },
  });
  expect((await readMetrics(outputs.metrics)).values).toEqual({});
  expect(warnings).toEqual(['0 of 2 rows of test are of unknown classes: there is nothing to detect']);
});

test('rejected rows are scored beside as many with the lowest confidence', async () => {
  const { outputs } = await runStage(scoreUnknowns, {
    inputs: {
      predictions: await predictions([0.9, 0.6, 0.7, 0.8], [0.1, 0.2, 0.9, 0.3]),
      truth: await labelsOf('test', [0, 1, 2, 3], [0, 0, 1, 1]),
      labels: await labels(),
    },
  });
  // Of the dogs (rows 2 and 3) the first is rejected; the least confident row is a cat.
  expect((await readMetrics(outputs.metrics)).values).toEqual({
    areaUnderRoc: 1,
    rejected: 1,
    falseRejections: 0,
    rejectionRecall: 0.5,
    recallByConfidence: 0,
    rejectionPrecision: 1,
    precisionByConfidence: 0,
  });
});
