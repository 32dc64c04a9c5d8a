import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Labels, type Predictions, readMetrics, rowsOf, writeLabels, writePredictions } from '@twoshot/artifact';
import { runStage, type TestInput } from '@twoshot/stage/testing';
import { expect, test } from 'vitest';
import score from './score.js';

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'twoshot-score-'));
const classNames = ['cat', 'dog'];

async function labels(set: string, index: number[], label: number[], draw = 0): Promise<string> {
  const path = await folder();
  const content: Labels = {
    rows: rowsOf(set, Uint32Array.from(index)),
    classNames,
    label: Int32Array.from(label),
    weight: new Float32Array(label.length).fill(1),
    source: 'given',
    origin: { split: 3, draw },
  };
  await writeLabels(path, content);
  return path;
}

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

test('rows are matched by set and index, and the figure comes with its protocol', async () => {
  const { outputs } = await runStage(score, {
    seed: 5,
    inputs: {
      predictions: await predictions([0.9, 0.1, 0.2, 0.8, 0.6, 0.4, 0.3, 0.7]),
      answers: await labels('test', [13, 10, 11, 12], [1, 0, 0, 0]),
      labels: await labels('train', [1, 2, 3, 4], [0, 0, 1, 1], 7),
    },
  });
  const { values, confusion, protocol } = await readMetrics(outputs.metrics);
  expect(values['accuracy']).toBe(0.75);
  expect(values['balancedAccuracy']).toBeCloseTo((2 / 3 + 1) / 2, 6);
  expect(confusion).toEqual([
    [2, 1],
    [0, 1],
  ]);
  expect(protocol).toEqual({
    set: 'test',
    rows: 4,
    labelled: 4,
    split: 3,
    draw: 7,
    seed: 5,
    transductive: false,
    n: 1,
  });
});

test('predictions that have seen the scored set are called transductive', async () => {
  const { outputs } = await runStage(score, {
    inputs: {
      predictions: await predictions([0.9, 0.1], ['test', 'train']),
      answers: await labels('test', [10], [0]),
      labels: await labels('train', [1], [0]),
    },
  });
  expect((await readMetrics(outputs.metrics)).protocol.transductive).toBe(true);
});

test('without answers there are no values; answers of other rows are a mistake', async () => {
  const given = { predictions: await predictions([0.9, 0.1]), labels: await labels('train', [1], [0]) };
  const { outputs } = await runStage(score, { inputs: { ...given, answers: await labels('test', [], []) } });
  expect(await readMetrics(outputs.metrics)).toMatchObject({ values: {}, confusion: null });
  await expect(
    runStage(score, { inputs: { ...given, answers: await labels('val', [10], [0]) } }),
  ).rejects.toMatchObject({ code: 'nothing-to-score' });
});
