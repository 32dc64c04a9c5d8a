import { readMetrics, rowsOf, writeAssignments } from '@twoshot/artifact';
import { runStage, type TestInput } from '@twoshot/stage/testing';
import { expect, test } from 'vitest';
import { labelsOf, temporaryFolder } from './labels.fixture.js';
import scoreClusters from './score-clusters.js';

async function assignments(partitions: readonly (readonly number[])[]): Promise<TestInput> {
  const path = await temporaryFolder();
  await writeAssignments(path, {
    rows: rowsOf(
      'test',
      Uint32Array.from(partitions[0]!, (_, at) => 10 + at),
    ),
    partitions: partitions.map((cluster, at) => ({
      name: `p${at}`,
      clusters: 3,
      cluster: Int32Array.from(cluster),
      probabilities: null,
      quality: null,
    })),
  });
  return { path, seen: ['test'] };
}

const truth = (): Promise<string> => labelsOf('test', [10, 11, 12, 13, 14], [0, 0, 0, 1, 1]);

test('clusters are scored under their best names, whatever their numbers', async () => {
  const { outputs } = await runStage(scoreClusters, {
    seed: 5,
    inputs: { assignments: await assignments([[2, 2, 2, 0, 0]]), truth: await truth() },
  });
  expect(await readMetrics(outputs.metrics)).toEqual({
    values: { clusterAccuracy: 1, purity: 1, normalisedMutualInformation: 1, adjustedRandIndex: 1 },
    protocol: {
      type: 'clustering',
      set: 'test',
      rows: 5,
      split: 3,
      clusters: 3,
      classes: 2,
      partitions: 1,
      transductive: true,
      seed: 5,
      n: 1,
      outside: [],
    },
  });
});

test('metrics are means over the partitions; an extra cluster is pure but not accurate', async () => {
  const { outputs } = await runStage(scoreClusters, {
    inputs: {
      assignments: await assignments([
        [2, 2, 2, 0, 0],
        [2, 2, 1, 0, 0],
      ]),
      truth: await truth(),
    },
  });
  const { values, protocol } = await readMetrics(outputs.metrics);
  expect(values['clusterAccuracy']).toBeCloseTo((1 + 4 / 5) / 2, 12);
  expect(values['purity']).toBe(1);
  expect(values['adjustedRandIndex']).toBeLessThan(1);
  expect(protocol).toMatchObject({ partitions: 2 });
});

test('without hidden labels there are no values', async () => {
  const { outputs } = await runStage(scoreClusters, {
    inputs: { assignments: await assignments([[0, 1]]), truth: await labelsOf('test', [], []) },
  });
  expect((await readMetrics(outputs.metrics)).values).toEqual({});
});
