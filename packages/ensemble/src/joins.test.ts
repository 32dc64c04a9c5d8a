import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Predictions, readPredictions, rowsOf, writePredictions } from '@twoshot/artifact';
import { runStage } from '@twoshot/stage/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import mean from './mean.js';
import vote from './vote.js';

let folder = '';
let made = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'joins-'));
});
afterAll(() => rm(folder, { recursive: true }));

type Given = {
  index: number[];
  values: number[];
  scale?: Predictions['scale'];
  classNames?: string[];
  none?: number[];
};

async function stored({
  index,
  values,
  scale = 'probabilities',
  classNames = ['a', 'b'],
  none,
}: Given): Promise<string> {
  const dir = join(folder, String(made++));
  await mkdir(dir);
  const rows = rowsOf('test', Uint32Array.from(index));
  const ofNone = none === undefined ? {} : { none: { probability: Float32Array.from(none), threshold: 0.5 } };
  await writePredictions(dir, { rows, classNames, scale, values: Float32Array.from(values), ...ofNone });
  return dir;
}

const sure = { index: [4, 9], values: [0.9, 0.1, 0.6, 0.4] };
const turned = { index: [9, 4], values: [0.2, 0.8, 0.5, 0.5] };

test('the mean aligns rows by their index and keeps the order of the first', async () => {
  const predictions = [await stored(sure), await stored(turned)];
  const { outputs } = await runStage(mean, { inputs: { predictions } });
  const joined = await readPredictions(outputs.predictions);
  expect([...joined.rows.index]).toEqual([4, 9]);
  expect(joined.scale).toBe('probabilities');
  for (const [i, value] of [0.7, 0.3, 0.4, 0.6].entries()) expect(joined.values[i]).toBeCloseTo(value, 6);
});

test('logits and scores are converted to probabilities; weights and the geometric mean have an effect', async () => {
  const logits = await stored({ index: [1], values: [Math.log(3), 0], scale: 'logits' });
  const scores = await stored({ index: [1], values: [-2, 5], scale: 'scores' });
  const run = async (params: { weights?: number[]; mean?: 'geometric' }) => {
    const { outputs } = await runStage(mean, { inputs: { predictions: [logits, scores] }, params });
    return [...(await readPredictions(outputs.predictions)).values];
  };
  expect((await run({}))[0]).toBeCloseTo(0.375, 6);
  expect((await run({ weights: [3, 1] }))[0]).toBeCloseTo(0.5625, 6);
  expect((await run({ mean: 'geometric' }))[0]).toBeLessThan(0.001);
  await expect(run({ weights: [1] })).rejects.toMatchObject({ code: 'wrong-weights' });
});

const winners = async (some: string[]): Promise<boolean[]> => {
  const { outputs } = await runStage(vote, { inputs: { predictions: some } });
  const { values } = await readPredictions(outputs.predictions);
  return [values[0]! > values[1]!, values[2]! > values[3]!];
};

test('in a vote the majority wins, a tie goes to the larger mean probability', async () => {
  const predictions = await Promise.all(
    [
      { index: [1, 2], values: [0.6, 0.4, 0.9, 0.1] },
      { index: [1, 2], values: [0.6, 0.4, 0.4, 0.6] },
      { index: [1, 2], values: [0, 1, 0.4, 0.6] },
    ].map(stored),
  );
  expect(await winners(predictions)).toEqual([true, false]);
  expect(await winners(predictions.slice(0, 2))).toEqual([true, true]);
});

const joins = [
  ['mean', (predictions: string[]) => runStage(mean, { inputs: { predictions } })],
  ['vote', (predictions: string[]) => runStage(vote, { inputs: { predictions } })],
] as const;

test.each(joins)('%s predicts a row independently of the others', async (_, ensemble) => {
  const whole = [await stored(sure), await stored(turned)];
  const part = [
    await stored({ index: [9], values: sure.values.slice(2) }),
    await stored({ index: [9], values: turned.values.slice(0, 2) }),
  ];
  const values = async (predictions: string[]): Promise<number[]> => {
    const { outputs } = await ensemble(predictions);
    return [...(await readPredictions(outputs.predictions)).values];
  };
  expect(await values(part)).toEqual((await values(whole)).slice(2));
});

test.each(joins)('%s refuses other rows, other classes, rows of no class and no input', async (_, ensemble) => {
  const run = async (...others: Given[]) => ensemble(await Promise.all([sure, ...others].map(stored)));
  await expect(run({ index: [4, 8], values: sure.values })).rejects.toThrow('does not predict row test 9');
  await expect(run({ index: [4], values: [0, 1] })).rejects.toMatchObject({ code: 'rows-differ' });
  await expect(run({ ...sure, classNames: ['b', 'a'] })).rejects.toMatchObject({ code: 'classes-differ' });
  await expect(run({ ...sure, none: [0, 0.7] })).rejects.toMatchObject({ code: 'none-of-these' });
  await expect(ensemble([])).rejects.toThrow(/no predictions|'predictions'/);
});
