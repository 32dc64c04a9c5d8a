import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Labels,
  type Partition,
  readLabels,
  readPredictions,
  rowsOf,
  writeAssignments,
  writeLabels,
} from '@twoshot/artifact';
import { runStage } from '@twoshot/stage/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import name from './name.js';

let folder = '';
let made = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'name-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function written(write: (dir: string) => Promise<void>): Promise<string> {
  const dir = join(folder, String(made++));
  await mkdir(dir);
  await write(dir);
  return dir;
}

const rows = rowsOf('train', Uint32Array.of(10, 11, 12, 13, 14, 15));
const hard = (cluster: number[], clusters: number, quality: number | null = null): Partition => ({
  name: `of-${clusters}`,
  clusters,
  cluster: Int32Array.from(cluster),
  probabilities: null,
  quality,
});
const labels: Labels = {
  rows: rowsOf('train', Uint32Array.of(10, 13)),
  classNames: ['cat', 'dog'],
  label: Int32Array.of(1, 0),
  weight: Float32Array.of(1, 1),
  source: 'given',
  origin: null,
};

async function named(partitions: Partition[], params: object, given = labels) {
  const assignments = await written((dir) => writeAssignments(dir, { rows, partitions }));
  const { outputs, logs, warnings } = await runStage(name, {
    params,
    inputs: { assignments, labels: await written((dir) => writeLabels(dir, given)) },
  });
  return {
    predictions: await readPredictions(outputs.predictions),
    pseudo: await readLabels(outputs.labels),
    logs,
    warnings,
  };
}

test('a cluster and all its rows get the class of its labelled row', async () => {
  const { predictions, pseudo, logs } = await named([hard([0, 0, 0, 1, 1, 1], 2)], {});
  expect([...predictions.values]).toEqual([0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0]);
  expect([...pseudo.label]).toEqual([1, 1, 1, 0, 0, 0]);
  expect(pseudo.source).toBe('cluster');
  expect(logs).toEqual(['of-2: 0 dog, 1 cat']);
});

test('a cluster without labels has no name; its rows have uniform predictions and no pseudo-label', async () => {
  const { predictions, pseudo, logs } = await named([hard([0, 0, 2, 1, 1, 2], 3)], { rule: 'many-to-one' });
  expect([...predictions.values.subarray(4, 6)]).toEqual([0.5, 0.5]);
  expect([...pseudo.rows.index]).toEqual([10, 11, 13, 14]);
  expect(logs).toEqual(['of-3: 0 dog, 1 cat, 2 (none)']);
});

test('soft evidence decides between clusters, one to one', async () => {
  const probabilities = Float32Array.of(0.6, 0.4, 0.9, 0.1, 0.9, 0.1, 0.7, 0.3, 0.2, 0.8, 0.2, 0.8);
  const soft = { ...hard([0, 0, 0, 0, 1, 1], 2), probabilities };
  const { predictions, pseudo } = await named([soft], {});
  // Row 13 is more certain to be in cluster 0, so row 10 names the other.
  expect(predictions.values[2]).toBeCloseTo(0.9, 5);
  expect([...pseudo.label]).toEqual([1, 0, 0, 0, 1, 1]);
  expect([...pseudo.weight].slice(0, 2)).toEqual([1, expect.closeTo(0.9, 5)]);
});

test('the best partitions are averaged, each named separately', async () => {
  const partitions = [
    hard([0, 0, 0, 1, 1, 1], 2, -2),
    hard([1, 1, 0, 0, 0, 0], 2, -1),
    hard([0, 1, 0, 1, 0, 1], 2, -9),
  ];
  const { predictions } = await named(partitions, { partitions: 2 });
  expect([...predictions.values.subarray(2, 6)]).toEqual([0, 1, 0.5, 0.5]);
});

test('a class without a cluster is reported, labels of other rows are refused', async () => {
  const { warnings } = await named([hard([0, 0, 0, 0, 1, 1], 2)], { rule: 'many-to-one' });
  expect(warnings.filter((line) => line.includes('no cluster is named'))).toHaveLength(1);
  const other = { ...labels, rows: rowsOf('val', labels.rows.index) };
  await expect(named([hard([0, 0, 0, 1, 1, 1], 2)], {}, other)).rejects.toThrow('Cluster the set that has the labels');
});
