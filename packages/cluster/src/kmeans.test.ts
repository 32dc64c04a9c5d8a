import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestArtifact, readAssignments, rowsOf, writeFeatures } from '@twoshot/artifact';
import { createRandom } from '@twoshot/engine/random';
import { startEngineUnderTest } from '@twoshot/engine/testing';
import { clusterAccuracy } from '@twoshot/evaluate';
import { runStage } from '@twoshot/stage/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import kmeans from './kmeans.js';

let folder = '';
const count = 120;
const dim = 4;

beforeAll(async () => {
  await startEngineUnderTest();
  folder = await mkdtemp(join(tmpdir(), 'kmeans-'));
  const random = createRandom(5);
  const values = Float32Array.from({ length: count * dim }, (_, i) => {
    const cloud = Math.floor(i / dim) % dim;
    return (i % dim === cloud ? 2 : 0) + 0.2 * random.normal();
  });
  await mkdir(join(folder, 'clouds'));
  const rows = rowsOf(
    'train',
    Uint32Array.from({ length: count }, (_, row) => row),
  );
  await writeFeatures(join(folder, 'clouds'), { rows, dim, values });
});
afterAll(() => rm(folder, { recursive: true }));

const wired = () => ({ features: join(folder, 'clouds') });
const clouds = Int32Array.from({ length: count }, (_, row) => row % dim);

test.each([true, false])('finds the clouds, spherical %s; partitions come best first', async (spherical) => {
  const params = { clusters: 4, restarts: 5, keep: 3, spherical };
  const { outputs } = await runStage(kmeans, { inputs: wired(), params });
  const { partitions, rows } = await readAssignments(outputs.assignments);
  expect(rows.count).toBe(count);
  expect(partitions.map(({ name, clusters }) => [name, clusters])).toEqual([
    ['kmeans-1', 4],
    ['kmeans-2', 4],
    ['kmeans-3', 4],
  ]);
  expect(clusterAccuracy(clouds, partitions[0]!.cluster, 4, 4)).toBe(1);
  const qualities = partitions.map(({ quality }) => quality!);
  expect([...qualities].sort((a, b) => b - a)).toEqual(qualities);
});

test('the digest depends on the seed alone', async () => {
  const params = { clusters: 9, restarts: 1, iterations: 1 };
  const digest = async (seed: number): Promise<string> => {
    const { outputs, reads } = await runStage(kmeans, { inputs: wired(), params, seed });
    expect(reads.seed).toBe(true);
    return digestArtifact(outputs.assignments);
  };
  expect(await digest(1)).toBe(await digest(1));
  expect(await digest(1)).not.toBe(await digest(2));
});

test('refuses more clusters than rows', async () => {
  await expect(runStage(kmeans, { inputs: wired(), params: { clusters: 121 } })).rejects.toThrow(
    'test.features has 120 rows, fewer than the 121 requested clusters',
  );
});
