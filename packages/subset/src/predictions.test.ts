import { type Predictions, readPredictions, writePredictions } from '@twoshot/artifact';
import { runStage } from '@twoshot/stage/testing';
import { expect, test } from 'vitest';
import predictions from './predictions.js';
import { subsetOf, temporaryArtifacts, trainRows } from './stored.fixture.js';

const stored = temporaryArtifacts();

const predicted: Predictions = {
  rows: trainRows(8, 2, 5),
  classNames: ['cat', 'dog'],
  scale: 'logits',
  values: Float32Array.of(1, 2, 3, 4, 5, 6),
  none: { probability: Float32Array.of(0.25, 0.5, 0.75), threshold: 0.5 },
};

test('predictions keep their classes, their scale and the rows of no class', async () => {
  const all = await stored((dir) => writePredictions(dir, predicted));
  const subset = await stored(subsetOf(trainRows(5, 8)));
  const { outputs, logs } = await runStage(predictions, { inputs: { predictions: all, subset } });
  expect(await readPredictions(outputs.predictions)).toEqual({
    ...predicted,
    rows: trainRows(8, 5),
    values: Float32Array.of(1, 2, 5, 6),
    none: { probability: Float32Array.of(0.25, 0.75), threshold: 0.5 },
  });
  expect(logs).toEqual(['kept 2 of 3 rows: selected by hand']);
});

test('a subset without a predicted row is refused', async () => {
  const all = await stored((dir) => writePredictions(dir, predicted));
  const subset = await stored(subsetOf(trainRows(1)));
  await expect(runStage(predictions, { inputs: { predictions: all, subset } })).rejects.toThrow(
    'none of them is among the 3 rows of train of test.predictions',
  );
});
