import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestArtifact, type Features, readFeatures, readNeighbours, rowsOf, writeFeatures } from '@twoshot/artifact';
import { createRandom } from '@twoshot/engine/random';
import { startEngineUnderTest } from '@twoshot/engine/testing';
import { runStage } from '@twoshot/stage/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import neighbours from './neighbours.js';
import whiten from './whiten.js';

let folder = '';
let made = 0;

beforeAll(async () => {
  await startEngineUnderTest();
  folder = await mkdtemp(join(tmpdir(), 'space-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Rows whose column i has mean i and standard deviation 2^-i. */
function features(set: string, count: number, dim = 5): Features {
  const random = createRandom(7).fork(set);
  const values = Float32Array.from({ length: count * dim }, (_, i) => (i % dim) + random.normal() * 2 ** -(i % dim));
  return {
    rows: rowsOf(
      set,
      Uint32Array.from({ length: count }, (_, row) => 3 * row),
    ),
    dim,
    values,
  };
}

async function stored(one: Features): Promise<string> {
  const dir = join(folder, String(made++));
  await mkdir(dir);
  await writeFeatures(dir, one);
  return dir;
}

function spreads({ rows, dim, values }: Features): number[] {
  return Array.from({ length: dim }, (_, column) => {
    const own = Array.from({ length: rows.count }, (__, row) => values[row * dim + column]!);
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
    return Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length);
  });
}

test.each([
  [0, [1, 0.5, 0.25]],
  [0.5, [1, Math.SQRT1_2, 0.5]],
  [1, [1, 1, 1]],
])('power %s evens out the spread of the kept directions that far', async (power, expected) => {
  const inputs = { fit: await stored(features('train', 4000)), apply: [] };
  const { outputs } = await runStage(whiten, { inputs, params: { components: 3, power, unit: false } });
  const fitted = await readFeatures(outputs.fit);
  expect(fitted.dim).toBe(3);
  for (const [i, spread] of spreads(fitted).entries()) expect(spread).toBeCloseTo(expected[i]!, 1);
  expect((await readFeatures(outputs.applied)).rows.count).toBe(0);
});

test('further sets are stacked in order, at unit length, and do not change the fit', async () => {
  const fit = await stored(features('train', 60));
  const apply = [await stored(features('val', 4)), await stored(features('test', 9))];
  const both = await runStage(whiten, { inputs: { fit, apply } });
  const applied = await readFeatures(both.outputs.applied);
  expect(applied).toMatchObject({ dim: 5, rows: { count: 13, sets: ['val', 'test'] } });
  expect([...applied.rows.index].slice(2, 6)).toEqual([6, 9, 0, 3]);
  for (let row = 0; row < 13; row++)
    expect(Math.hypot(...applied.values.subarray(row * 5, row * 5 + 5))).toBeCloseTo(1, 5);
  const one = await runStage(whiten, { inputs: { fit, apply: apply.slice(1) } });
  expect((await readFeatures(one.outputs.applied)).values).toEqual(applied.values.slice(4 * 5));
  expect(await digestArtifact(one.outputs.fit)).toBe(await digestArtifact(both.outputs.fit));
});

test('whitening refuses another width, a row twice and a single row', async () => {
  const fit = await stored(features('train', 10));
  const run = async (apply: Features[]) =>
    runStage(whiten, { inputs: { fit, apply: await Promise.all(apply.map(stored)) } });
  await expect(run([features('test', 3, 4)])).rejects.toMatchObject({ code: 'dimensions-differ' });
  await expect(run([features('test', 3), features('test', 2)])).rejects.toThrow('row test 0 is in two');
  const single = await stored(features('train', 1));
  await expect(runStage(whiten, { inputs: { fit: single, apply: [] } })).rejects.toMatchObject({
    code: 'too-few-rows',
  });
});

test('neighbours are the rows of largest cosine, never the row itself', async () => {
  const reference = features('train', 40);
  const { outputs } = await runStage(neighbours, { inputs: { reference: await stored(reference) }, params: { k: 4 } });
  const { position, similarity, k, rows } = await readNeighbours(outputs.graph);
  expect([k, rows.count]).toEqual([4, 40]);
  const cosine = (a: number, b: number): number => {
    const [u, v] = [reference.values.subarray(a * 5, a * 5 + 5), reference.values.subarray(b * 5, b * 5 + 5)];
    return u.reduce((sum, value, i) => sum + value * v[i]!, 0) / Math.hypot(...u) / Math.hypot(...v);
  };
  for (let row = 0; row < 40; row++) {
    const others = Array.from({ length: 40 }, (_, i) => i).filter((i) => i !== row);
    const nearest = others.sort((a, b) => cosine(row, b) - cosine(row, a)).slice(0, 4);
    expect([...position.subarray(row * 4, row * 4 + 4)]).toEqual(nearest);
    expect(similarity[row * 4]).toBeCloseTo(cosine(row, nearest[0]!), 5);
  }
  expect(await readNeighbours(outputs.links)).toMatchObject({ rows: { count: 0 }, reference: { count: 40 } });
});

test('links of a query row do not depend on other query rows, and k is limited to the number of rows', async () => {
  const reference = await stored(features('train', 12));
  const linksOf = async (count: number, k: number) => {
    const query = await stored(features('test', count));
    const { outputs } = await runStage(neighbours, { inputs: { reference, query }, params: { k } });
    return readNeighbours(outputs.links);
  };
  const [all, some] = [await linksOf(1500, 3), await linksOf(2, 3)];
  expect(some.position).toEqual(all.position.slice(0, 6));
  expect(some.similarity).toEqual(all.similarity.slice(0, 6));
  expect((await linksOf(1, 50)).k).toBe(12);
  const narrow = await stored(features('test', 3, 4));
  await expect(runStage(neighbours, { inputs: { reference, query: narrow } })).rejects.toMatchObject({
    code: 'dimensions-differ',
  });
});
