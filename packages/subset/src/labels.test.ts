import { type Labels, readLabels, writeLabels } from '@twoshot/artifact';
import { runStage } from '@twoshot/stage/testing';
import { expect, test } from 'vitest';
import labels from './labels.js';
import { subsetOf, temporaryArtifacts, trainRows } from './stored.fixture.js';

const stored = temporaryArtifacts();

const given: Labels = {
  rows: trainRows(8, 2, 5),
  classNames: ['cat', 'dog'],
  label: Int32Array.of(1, 0, 1),
  weight: Float32Array.of(1, 0.5, 0.25),
  source: 'given',
  origin: { split: 1, draw: 7 },
};

test('labels keep their classes, weights and origin; classes that lose their last label are named', async () => {
  const all = await stored((dir) => writeLabels(dir, given));
  const subset = await stored(subsetOf(trainRows(5, 8)));
  const { outputs, logs } = await runStage(labels, { inputs: { labels: all, subset } });
  expect(await readLabels(outputs.labels)).toEqual({
    ...given,
    rows: trainRows(8, 5),
    label: Int32Array.of(1, 1),
    weight: Float32Array.of(1, 0.25),
  });
  expect(logs).toEqual(['kept 2 of 3 rows: selected by hand', 'classes without a label now: cat']);
});

test('a subset without a labelled row is refused', async () => {
  const all = await stored((dir) => writeLabels(dir, given));
  const subset = await stored(subsetOf(trainRows(1)));
  await expect(runStage(labels, { inputs: { labels: all, subset } })).rejects.toThrow(
    'none of them is among the 3 rows of train of test.labels',
  );
});
