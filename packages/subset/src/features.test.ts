import { digestArtifact, readFeatures, type Rows, rowsOf, writeFeatures } from '@twoshot/artifact';
import { runStage } from '@twoshot/stage/testing';
import { expect, test } from 'vitest';
import features from './features.js';
import { namesOf, subsetOf, temporaryArtifacts, trainRows } from './stored.fixture.js';

const stored = temporaryArtifacts();

const mixed: Rows = {
  count: 4,
  sets: ['test', 'train'],
  set: Uint8Array.of(1, 0, 1, 0),
  index: Uint32Array.of(5, 5, 3, 9),
  view: null,
};
const featuresOf = (rows: Rows) => (dir: string) =>
  writeFeatures(dir, { rows, dim: 2, values: Float32Array.from({ length: rows.count * 2 }, (_, at) => at) });

test('rows of the subset are in their original order, by set and index', async () => {
  const inputs = { features: await stored(featuresOf(mixed)), subset: await stored(subsetOf(trainRows(3, 9, 5))) };
  const { outputs, logs } = await runStage(features, { inputs });
  const { rows, dim, values } = await readFeatures(outputs.features);
  expect(namesOf(rows)).toEqual(['train 5', 'train 3']);
  expect(rows.sets).toEqual(['train']);
  expect([dim, ...values]).toEqual([2, 0, 1, 4, 5]);
  expect(logs).toEqual(["kept 2 of 4 rows: selected by hand; 1 of the subset's 3 rows are missing"]);
});

test('the order of the subset does not matter', async () => {
  const all = await stored(featuresOf(mixed));
  const digest = async (rows: Rows) => {
    const { outputs } = await runStage(features, { inputs: { features: all, subset: await stored(subsetOf(rows)) } });
    return digestArtifact(outputs.features);
  };
  expect(await digest(trainRows(3, 5))).toBe(await digest(trainRows(5, 3)));
  expect(await digest(trainRows(3, 5))).not.toBe(await digest(trainRows(5)));
});

test('all views of an image in the subset are kept; of a subset of views only those', async () => {
  const views: Rows = { ...trainRows(4, 4, 6, 6), view: Uint8Array.of(0, 1, 0, 1) };
  const all = await stored(featuresOf(views));
  const kept = async (subset: Rows) => {
    const { outputs, logs } = await runStage(features, {
      inputs: { features: all, subset: await stored(subsetOf(subset)) },
    });
    return { names: namesOf((await readFeatures(outputs.features)).rows), logs };
  };
  expect(await kept(trainRows(6))).toEqual({
    names: ['train 6 view 0', 'train 6 view 1'],
    logs: ['kept 2 of 4 rows: selected by hand'],
  });
  expect((await kept({ ...trainRows(6, 4), view: Uint8Array.of(1, 0) })).names).toEqual([
    'train 4 view 0',
    'train 6 view 1',
  ]);
});

test('a subset of other rows is refused', async () => {
  const inputs = {
    features: await stored(featuresOf(mixed)),
    subset: await stored(subsetOf(rowsOf('val', Uint32Array.of(5)))),
  };
  await expect(runStage(features, { inputs })).rejects.toThrow(
    'test.subset has 1 rows of val, and none of them is among the 4 rows of test, train of test.features.',
  );
});
