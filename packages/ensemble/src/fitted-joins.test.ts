import { readPredictions } from '@twoshot/artifact';
import { runStage } from '@twoshot/stage/testing';
import { describe, expect, test } from 'vitest';
import greedySelection from './greedy-selection.js';
import { accuracyOf, classNames, noisyModel, storedLabels, storedPredictions } from './noisy-models.fixture.js';
import stacking from './stacking.js';
import temperature from './temperature.js';

const skills = [1.6, 0, 1.6];
const models = (set: string, count: number): Promise<string[]> =>
  Promise.all(skills.map((skill, model) => storedPredictions(noisyModel(model + 1, set, count, skill))));

interface Wired {
  readonly fit: string[];
  readonly predictions: string[];
  readonly labels: string;
}
const joins = {
  'greedy-selection': (inputs: Wired) => runStage(greedySelection, { inputs }),
  stacking: (inputs: Wired) => runStage(stacking, { inputs }),
};

const wired = async (queries = 300): Promise<Wired> => ({
  fit: await models('val', 60),
  predictions: await models('test', queries),
  labels: await storedLabels('val', 60),
});

describe.each(Object.entries(joins))('ensemble/%s', (_, join) => {
  test('is better than each of its models, by probabilities', async () => {
    const inputs = await wired();
    const { outputs } = await join(inputs);
    const { rows, scale, values } = await readPredictions(outputs.predictions);
    expect([rows.count, rows.sets, scale]).toEqual([300, ['test'], 'probabilities']);
    for (let row = 0; row < rows.count; row++)
      expect(values.subarray(row * 3, row * 3 + 3).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
    const single = await Promise.all(inputs.predictions.map(accuracyOf));
    expect(await accuracyOf(outputs.predictions)).toBeGreaterThan(Math.max(...single));
  });

  test('predicts a row independently of the others', async () => {
    const inputs = await wired();
    const few = await Promise.all(
      skills.map((skill, model) => {
        const { rows, values, ...rest } = noisyModel(model + 1, 'test', 300, skill);
        const index = rows.index.slice(0, 4);
        return storedPredictions({
          ...rest,
          rows: { ...rows, count: 4, index, set: new Uint8Array(4) },
          values: values.slice(0, 12),
        });
      }),
    );
    const all = await readPredictions((await join(inputs)).outputs.predictions);
    const some = await readPredictions((await join({ ...inputs, predictions: few })).outputs.predictions);
    expect(some.values).toEqual(all.values.slice(0, 12));
  });

  test('refuses other models, other rows, other classes, a class without a row, and NaN', async () => {
    const inputs = await wired();
    await expect(join({ ...inputs, fit: inputs.fit.slice(1) })).rejects.toMatchObject({ code: 'models-differ' });
    await expect(join({ ...inputs, labels: await storedLabels('train', 60) })).rejects.toMatchObject({
      code: 'no-labelled-row',
    });
    await expect(join({ ...inputs, labels: await storedLabels('val', 2) })).rejects.toThrow('labelled cedar');
    const renamed = await storedLabels('val', 60, { classNames: ['cedar', 'birch', 'ash'] });
    await expect(join({ ...inputs, labels: renamed })).rejects.toMatchObject({ code: 'classes-differ' });
    const broken = noisyModel(1, 'test', 300, 2);
    broken.values[3 * 40 + 1] = Number.NaN;
    const predictions = [await storedPredictions(broken), ...inputs.predictions.slice(1)];
    await expect(join({ ...inputs, predictions })).rejects.toThrow('predicts NaN for row test 40');
  });
});

test('greedy selection drops the model that guesses', async () => {
  const { logs } = await runStage(greedySelection, { inputs: await wired() });
  const [, first, second, third] = /weights of the models: ([\d.]+), ([\d.]+), ([\d.]+)/.exec(logs.join())!;
  expect(Number(second)).toBeLessThan(Math.min(Number(first), Number(third)));
});

/** A model whose logits are six times too large. */
const tooSure = (set: string, count: number): Promise<string> => {
  const model = noisyModel(1, set, count, 1.5);
  return storedPredictions({ ...model, values: model.values.map((value) => 6 * value) });
};

test('a temperature reduces overconfidence, and changes no predicted class', async () => {
  const inputs = {
    fit: await tooSure('val', 120),
    predictions: await tooSure('test', 90),
    labels: await storedLabels('val', 120),
  };
  const { outputs, logs } = await runStage(temperature, { inputs });
  expect(Number(/temperature ([\d.]+)/.exec(logs.join())![1])).toBeGreaterThan(2);
  expect(await accuracyOf(outputs.predictions)).toBe(await accuracyOf(inputs.predictions));
  const { scale, values } = await readPredictions(outputs.predictions);
  expect(scale).toBe('probabilities');
  expect(values.every((value) => value > 0 && value < 1)).toBe(true);
});

test('a temperature is refused for predictions of another scale, and an empty range', async () => {
  const model = noisyModel(1, 'val', 30, 2);
  const inputs = {
    fit: await storedPredictions(model),
    predictions: await storedPredictions({ ...model, scale: 'scores' }),
    labels: await storedLabels('val', 30),
  };
  await expect(runStage(temperature, { inputs })).rejects.toThrow(`gives logits of ${classNames.join(', ')}`);
  await expect(runStage(temperature, { inputs, params: { minimum: 3, maximum: 2 } })).rejects.toMatchObject({
    code: 'wrong-range',
  });
});
