import { readMetrics, rowsOf, writeFeatures } from '@twoshot/artifact';
import { runStage, type TestInput } from '@twoshot/stage/testing';
import { expect, test } from 'vitest';
import { labelsOf, temporaryFolder } from './labels.fixture.js';
import scoreRetrieval from './score-retrieval.js';

async function features(rows: readonly (readonly number[])[]): Promise<TestInput> {
  const path = await temporaryFolder();
  await writeFeatures(path, {
    rows: rowsOf('test', Uint32Array.from(rows.keys())),
    dim: 2,
    values: Float32Array.from(rows.flat()),
  });
  return { path, seen: ['train'] };
}

const truth = (...label: number[]): Promise<string> => labelsOf('test', [...label.keys()], label);

test('rows near their class retrieve it, whatever their norm', async () => {
  const rows = [
    [1, 0],
    [5, 0.1],
    [0, 1],
    [0.2, 9],
  ];
  const { outputs } = await runStage(scoreRetrieval, {
    seed: 2,
    inputs: { features: await features(rows), truth: await truth(0, 0, 1, 1) },
  });
  expect(await readMetrics(outputs.metrics)).toEqual({
    values: { meanAveragePrecisionAtR: 1, nearestOfClass: 1, areaUnderRocOfPairs: 1 },
    protocol: {
      type: 'retrieval',
      set: 'test',
      rows: 4,
      gallery: 3,
      split: 3,
      transductive: false,
      seed: 2,
      n: 1,
      outside: [],
    },
  });
});

test('each row is a query against all others, and one whose class has no other is ignored', async () => {
  // By falling cosine row 0 sees 1 (another class), then 2 (its own); 1 sees 0 and has no other of its class; 2 sees 1, 0.
  const rows = [
    [1, 0],
    [1, 1],
    [0, 1],
  ];
  const { outputs } = await runStage(scoreRetrieval, {
    inputs: { features: await features(rows), truth: await truth(0, 1, 0) },
  });
  const { values } = await readMetrics(outputs.metrics);
  expect(values).toEqual({ meanAveragePrecisionAtR: 0, nearestOfClass: 0, areaUnderRocOfPairs: 0 });
});

test('the number of queries is as requested; without hidden labels there are none', async () => {
  const rows = Array.from({ length: 20 }, (_, at) => [Math.cos(at), Math.sin(at)]);
  const given = { features: await features(rows), truth: await truth(...rows.map((_, at) => at % 2)) };
  const { outputs } = await runStage(scoreRetrieval, { inputs: given, params: { queries: 5 } });
  expect((await readMetrics(outputs.metrics)).protocol).toMatchObject({ rows: 5, gallery: 19 });
  const none = await runStage(scoreRetrieval, { inputs: { ...given, truth: await labelsOf('test', [], []) } });
  expect(await readMetrics(none.outputs.metrics)).toMatchObject({ values: {}, protocol: { rows: 0, gallery: 0 } });
});
