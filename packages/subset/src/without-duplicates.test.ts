import { digestArtifact, type Features, readSubset, writeFeatures } from '@twoshot/artifact';
import { createRandom } from '@twoshot/engine/random';
import { startEngineUnderTest } from '@twoshot/engine/testing';
import { type Matrix, matrixOf, normaliseRows } from '@twoshot/geometry';
import { runStage } from '@twoshot/stage/testing';
import { beforeAll, expect, test } from 'vitest';
import { standsFor } from './near-duplicates.js';
import { namesOf, temporaryArtifacts, trainRows } from './stored.fixture.js';
import withoutDuplicates from './without-duplicates.js';

const stored = temporaryArtifacts();
beforeAll(() => startEngineUnderTest());

/** Rows of which many are close to one of a few centres, in any order. */
function crowds(seed: number, rows: number, centres: number, spread: number): Matrix {
  const random = createRandom(seed);
  const dim = 6;
  const centre = Float32Array.from({ length: centres * dim }, () => random.normal());
  const data = Float32Array.from({ length: rows * dim });
  for (let row = 0; row < rows; row++) {
    const from = random.integer(centres);
    for (let i = 0; i < dim; i++) data[row * dim + i] = centre[from * dim + i]! + spread * random.normal();
  }
  return matrixOf(rows, dim, data);
}

/** Row by row against all kept rows. */
function oneByOne(points: Matrix, threshold: number): number[] {
  const { columns, data } = normaliseRows(points);
  const stay: number[] = [];
  for (let row = 0; row < points.rows; row++) {
    const cosines = stay.map((other) => {
      let sum = 0;
      for (let i = 0; i < columns; i++) sum += data[row * columns + i]! * data[other * columns + i]!;
      return Math.fround(sum);
    });
    if (!cosines.some((cosine) => cosine > threshold)) stay.push(row);
  }
  return stay;
}

test.each([1, 2, 3, 8])('the kept rows are those of an exhaustive comparison, with lists of %s', async (k) => {
  for (const [seed, spread] of [0.02, 0.1, 0.3, 0.8].entries()) {
    const points = crowds(seed, 300, 12, spread);
    for (const threshold of [0.9, 0.99]) {
      const first = await standsFor(points, threshold, { neighbours: k });
      const stay = [...first.keys()].filter((row) => first[row] === row);
      expect(stay).toEqual(oneByOne(points, threshold));
      for (const [row, other] of first.entries()) expect([other <= row, first[other]]).toEqual([true, other]);
    }
  }
});

const write = (features: Features) => stored((dir) => writeFeatures(dir, features));
/** The error for features. */
const refusal = async (features: Features): Promise<string> =>
  runStage(withoutDuplicates, { inputs: { features: await write(features) } }).then(
    () => 'not refused',
    ({ message }: Error) => message,
  );
const angles = (...degrees: number[]) =>
  Float32Array.from(degrees.flatMap((one) => [Math.cos((one * Math.PI) / 180), Math.sin((one * Math.PI) / 180)]));

test('the first of duplicates is kept; a removed row removes no other', async () => {
  const rows = trainRows(10, 11, 12, 13, 14);
  // The cosine of 9 degrees is 0.988, of 18 degrees 0.951.
  const features = await write({ rows, dim: 2, values: angles(0, 9, 90, 18, 90) });
  const run = () => runStage(withoutDuplicates, { inputs: { features }, params: { threshold: 0.98 } });
  const { outputs, logs, reads } = await run();
  const subset = await readSubset(outputs.subset);
  expect(namesOf(subset.rows)).toEqual(['train 10', 'train 12', 'train 13']);
  expect(logs).toEqual([`${subset.reason}; 2 go`, 'train 11 is like train 10', 'train 14 is like train 12']);
  expect(subset.reason).toBe('3 of 5 rows whose cosine to every earlier one is at most 0.98');
  expect(reads.seed).toBe(false);
  expect(await digestArtifact((await run()).outputs.subset)).toBe(await digestArtifact(outputs.subset));
});

test('a single row and rows of zeros are kept', async () => {
  const one = await write({ rows: trainRows(4), dim: 2, values: angles(0) });
  const zeros = await write({ rows: trainRows(4, 5), dim: 2, values: new Float32Array(4) });
  for (const [features, count] of [[one, 1] as const, [zeros, 2] as const]) {
    const { outputs } = await runStage(withoutDuplicates, { inputs: { features } });
    expect((await readSubset(outputs.subset)).rows.count).toBe(count);
  }
});

test('missing rows and values that are not finite are refused by name', async () => {
  expect(await refusal({ rows: trainRows(), dim: 2, values: new Float32Array(0) })).toContain(
    'test.features has no row to select from',
  );
  expect(await refusal({ rows: trainRows(7, 3), dim: 2, values: Float32Array.of(1, 2, 3, Number.NaN) })).toContain(
    'expected finite features, found NaN in column 1 of train 3 of test.features',
  );
});
