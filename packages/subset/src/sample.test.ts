import { digestArtifact, readSubset, writeFeatures, writeImages } from '@twoshot/artifact';
import { runStage, type TestRun } from '@twoshot/stage/testing';
import { expect, test } from 'vitest';
import sample from './sample.js';
import { temporaryArtifacts, trainRows } from './stored.fixture.js';

const stored = temporaryArtifacts();
const count = 200;
const index = Array.from({ length: count }, (_, row) => 3 * row);

const features = (rows = index) =>
  stored((dir) => writeFeatures(dir, { rows: trainRows(...rows), dim: 1, values: new Float32Array(rows.length) }));
const images = () =>
  stored((dir) =>
    writeImages(dir, {
      set: 'train',
      count,
      height: 1,
      width: 1,
      channels: 1,
      index: Uint32Array.from(index),
      pixels: new Uint8Array(count),
    }),
  );

type Wired = TestRun<typeof sample.params, typeof sample.inputs>;

/** The error of a run. */
const refusal = (run: Wired): Promise<string> =>
  runStage(sample, run).then(
    () => 'not refused',
    ({ message }: Error) => message,
  );

async function drawn(run: Wired) {
  const { outputs, logs, reads } = await runStage(sample, run);
  const { rows, reason } = await readSubset(outputs.subset);
  expect(logs).toEqual([reason]);
  expect(reads.seed).toBe(true);
  return { index: [...rows.index], reason, digest: await digestArtifact(outputs.subset) };
}

test('a fraction or a number of rows is sampled, in original order', async () => {
  const inputs = { features: await features() };
  const byShare = await drawn({ inputs, params: { share: 0.101 } });
  expect(byShare.reason).toBe('21 of 200 rows sampled at random');
  expect(new Set(byShare.index).size).toBe(21);
  expect(byShare.index.every((one) => index.includes(one))).toBe(true);
  expect(byShare.index).toEqual([...byShare.index].sort((a, b) => a - b));
  expect((await drawn({ inputs, params: { count: 21 } })).index).toEqual(byShare.index);
  expect((await drawn({ inputs, params: { share: 1 } })).index).toEqual(index);
});

test('the sample depends on the seed, not on the content', async () => {
  const inputs = { features: await features() };
  const params = { count: 30 };
  const first = await drawn({ inputs, params });
  expect((await drawn({ inputs, params })).digest).toBe(first.digest);
  expect((await drawn({ inputs: { images: await images() }, params })).digest).toBe(first.digest);
  expect((await drawn({ inputs, params, seed: 2 })).digest).not.toBe(first.digest);
});

test('every row is equally likely', async () => {
  const inputs = { features: await features() };
  const times = new Map(index.map((one) => [one, 0]));
  for (let seed = 0; seed < 100; seed++)
    for (const one of (await drawn({ inputs, params: { share: 0.5 }, seed })).index)
      times.set(one, times.get(one)! + 1);
  // 100 draws of a half: a deviation of 5, so 6 of them are out of reach by chance.
  for (const often of times.values()) expect(Math.abs(often - 50)).toBeLessThan(30);
});

test('exactly one of the params and inputs is required', async () => {
  const inputs = { features: await features() };
  expect(await refusal({ inputs })).toContain('expected one of the params `share` and `count`, found neither');
  expect(await refusal({ inputs, params: { share: 0.5, count: 3 } })).toContain('found both');
  expect(await refusal({ inputs, params: { count: 201 } })).toContain(
    'expected between 1 and 200 rows to sample, found 201. Change the param `count`, or wire more rows.',
  );
  expect(await refusal({ inputs, params: { share: 0 } })).toContain('found 0. Change the param `share`');
  expect(await refusal({ params: { share: 0.5 } })).toContain(
    'expected one of the inputs `images` and `features`, found neither',
  );
  expect(await refusal({ inputs: { ...inputs, images: await images() }, params: { share: 0.5 } })).toContain(
    'found both',
  );
  expect(await refusal({ inputs: { features: await features([]) }, params: { share: 0.5 } })).toContain(
    'test.features has no row to sample from',
  );
});
