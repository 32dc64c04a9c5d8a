import { readPredictions } from '@twoshot/artifact';
import { runStage } from '@twoshot/stage/testing';
import { expect, test } from 'vitest';
import classPriors from './class-priors.js';
import dawidSkene from './dawid-skene.js';
import { accuracyOf, noisyModel, storedPredictions } from './noisy-models.fixture.js';
import rankAverage from './rank-average.js';
import vote from './vote.js';

const models = (skills: readonly number[]): Promise<string[]> =>
  Promise.all(skills.map((skill, model) => storedPredictions(noisyModel(model + 1, 'test', 300, skill))));

test.each([
  ['rank-average', (predictions: string[]) => runStage(rankAverage, { inputs: { predictions } })],
  ['dawid-skene', (predictions: string[]) => runStage(dawidSkene, { inputs: { predictions } })],
] as const)('ensemble/%s is better than each of its models, and says that rows count together', async (_, join) => {
  const predictions = await models([1.5, 1.5, 1.5, 1.5]);
  const { outputs, reads } = await join(predictions);
  const single = await Promise.all(predictions.map(accuracyOf));
  expect(await accuracyOf(outputs.predictions)).toBeGreaterThan(Math.max(...single));
  expect(reads.seed).toBe(false);
  for (const { inputs } of [rankAverage, dawidSkene, classPriors])
    expect(inputs.predictions).not.toHaveProperty('query');
});

test('dawid-skene weights the models that agree, where the majority guesses', async () => {
  const predictions = await models([3, 3, 0.3, 0.3, 0.3, 0.3]);
  const believed = await runStage(dawidSkene, { inputs: { predictions } });
  const counted = await runStage(vote, { inputs: { predictions } });
  expect(await accuracyOf(believed.outputs.predictions)).toBeGreaterThan(await accuracyOf(counted.outputs.predictions));
});

test('rank-average ranks rows within a class', async () => {
  const model = { ...noisyModel(1, 'test', 3, 0), scale: 'probabilities' as const };
  const values = Float32Array.of(0.2, 0.5, 0.3, 0.6, 0.1, 0.3, 0.4, 0.4, 0.2);
  const predictions = [await storedPredictions({ ...model, values })];
  const { outputs } = await runStage(rankAverage, { inputs: { predictions } });
  const ranks = await readPredictions(outputs.predictions);
  expect(ranks.scale).toBe('scores');
  expect([...ranks.values].map((rank) => Math.round(rank * 6) / 2)).toEqual([1, 3, 2.5, 3, 1, 2.5, 2, 2, 1]);
});

test('class-priors finds classes of unequal size and predicts the large one more often', async () => {
  // Two of three rows belong to the first class.
  const all = noisyModel(4, 'test', 600, 1);
  const kept = Array.from({ length: 600 }, (_, row) => row).filter((row) => row % 3 === 0 || row % 12 < 3);
  const rows = { ...all.rows, count: kept.length, index: Uint32Array.from(kept), set: new Uint8Array(kept.length) };
  const values = Float32Array.from(kept.flatMap((row) => [...all.values.subarray(row * 3, row * 3 + 3)]));
  const predictions = await storedPredictions({ ...all, rows, values });
  const { logs, outputs } = await runStage(classPriors, { inputs: { predictions } });
  const share = kept.filter((row) => row % 3 === 0).length / kept.length;
  expect(Math.abs(Number(/ash ([\d.]+)/.exec(logs.join())![1]) - share)).toBeLessThan(0.1);
  const firsts = async (dir: string): Promise<number> => {
    const found = await readPredictions(dir);
    return kept.filter(
      (_, row) => found.values[row * 3]! > Math.max(found.values[row * 3 + 1]!, found.values[row * 3 + 2]!),
    ).length;
  };
  expect(await firsts(outputs.predictions)).toBeGreaterThan(await firsts(predictions));
  const wrong = runStage(classPriors, { inputs: { predictions }, params: { trainShares: [1, 1] } });
  await expect(wrong).rejects.toMatchObject({ code: 'wrong-shares' });
});
