import {
  type Assignments,
  digestArtifact,
  type Neighbours,
  type Partition,
  readSubset,
  type Rows,
  rowsOf,
  writeAssignments,
  writeNeighbours,
} from '@twoshot/artifact';
import { runStage, type TestRun } from '@twoshot/stage/testing';
import { expect, test } from 'vitest';
import reliable from './reliable.js';
import { namesOf, temporaryArtifacts, trainRows } from './stored.fixture.js';

const stored = temporaryArtifacts();

const rows = trainRows(0, 10, 20, 30, 40, 50, 60);
const hard: Partition = {
  name: 'kmeans-1',
  clusters: 3,
  cluster: Int32Array.of(0, 0, 0, 0, 1, 1, 1),
  probabilities: null,
  quality: null,
};
/** By row: all, half, all, all of the neighbours are in its cluster; then all, all, none. */
const lists = [
  [1, 2],
  [0, 4],
  [0, 1],
  [2, -1],
  [5, 6],
  [4, 6],
  [0, 1],
];
const graphOf = (over: Rows = rows): Neighbours => ({
  rows: over,
  reference: over,
  k: 2,
  position: Int32Array.from(lists.flat()),
  similarity: new Float32Array(14),
});

const assignmentsOf = (...partitions: Partition[]) => stored((dir) => writeAssignments(dir, { rows, partitions }));
const graph = (given = graphOf()) => stored((dir) => writeNeighbours(dir, given));

type Wired = TestRun<typeof reliable.params, typeof reliable.inputs>;

/** The error of a run. */
const refusal = (run: Wired): Promise<string> =>
  runStage(reliable, run).then(
    () => 'not refused',
    ({ message }: Error) => message,
  );

async function chosen(run: Wired) {
  const { outputs, logs, warnings, reads } = await runStage(reliable, run);
  const { rows: kept, reason } = await readSubset(outputs.subset);
  expect(logs[0]).toBe(reason);
  expect(reads.seed).toBe(false);
  return { names: namesOf(kept), logs, warnings, digest: await digestArtifact(outputs.subset) };
}

test('rows whose neighbours are in their cluster are kept, in their original order', async () => {
  const inputs = { assignments: await assignmentsOf(hard), neighbours: await graph() };
  const strict = await chosen({ inputs });
  expect(strict.names).toEqual(['train 0', 'train 20', 'train 30', 'train 40', 'train 50']);
  expect(strict.logs).toEqual(['5 of 7 rows whose cluster in kmeans-1 is shared by at least 0.9 of their neighbours']);
  expect(strict.warnings).toEqual(['1 of 3 clusters have no reliable row; a lower share keeps more']);
  expect((await chosen({ inputs })).digest).toBe(strict.digest);
  const half = await chosen({ inputs, params: { share: 0.5 } });
  expect(half.names).toEqual(['train 0', 'train 10', 'train 20', 'train 30', 'train 40', 'train 50']);
});

/** Probability of the row's own cluster. */
const soft = (...own: number[]): Partition => ({
  ...hard,
  name: 'scan-1',
  probabilities: Float32Array.from(
    own.flatMap((value, row) => [0, 1, 2].map((k) => (k === hard.cluster[row] ? value : (1 - value) / 2))),
  ),
});

test('a minimum probability applies too, and balance keeps the most reliable of each cluster', async () => {
  const assignments = await assignmentsOf(soft(0.5, 0.9, 0.75, 1, 0.75, 0.5, 1), hard);
  const inputs = { assignments, neighbours: await graph() };
  const sure = await chosen({ inputs, params: { probability: 0.75 } });
  expect(sure.names).toEqual(['train 20', 'train 30', 'train 40']);
  expect(sure.logs[0]).toContain('in scan-1 is shared by at least 0.9 of their neighbours, with a probability of');
  const even = await chosen({ inputs, params: { share: 0.5, balance: true } });
  // Row 10 has a higher probability than rows 0 and 20, but fewer of its neighbours are in its cluster.
  expect(even.names).toEqual(['train 20', 'train 30', 'train 40', 'train 50']);
  expect(even.logs[0]).toContain(', as many of each cluster');
  const other = await chosen({ inputs, params: { partition: 'kmeans-1' } });
  expect(other.names).toHaveLength(5);
});

test('neighbours without a cluster count as another one, and rows without neighbours are counted', async () => {
  const few: Assignments = {
    rows: trainRows(0, 10, 20, 99),
    partitions: [{ ...hard, cluster: Int32Array.of(0, 0, 0, 0) }],
  };
  const assignments = await stored((dir) => writeAssignments(dir, few));
  const { names, logs } = await chosen({ inputs: { assignments, neighbours: await graph() } });
  expect(names).toEqual(['train 0', 'train 20']);
  expect(logs[1]).toBe('1 rows have no neighbours in the graph');
});

test('a set without a reliable row, other rows and partitions without probabilities are refused', async () => {
  const assignments = await assignmentsOf(hard);
  const neighbours = await graph();
  const lonely = await assignmentsOf({ ...hard, clusters: 7, cluster: Int32Array.of(0, 1, 2, 3, 4, 5, 6) });
  expect(await refusal({ inputs: { assignments: lonely, neighbours } })).toContain(
    'no row of test.assignments is reliable: the fraction of neighbours in the cluster of a row is 0.000 on average and 0.000 at most, `share` requires 0.9.',
  );
  const elsewhere = await graph(graphOf(rowsOf('test', rows.index)));
  expect(await refusal({ inputs: { assignments, neighbours: elsewhere } })).toContain(
    'none of the 7 rows of test.assignments has a neighbour in test.neighbours. Compute both from the same features.',
  );
  expect(await refusal({ inputs: { assignments, neighbours }, params: { probability: 0.5 } })).toContain(
    'the partition kmeans-1 of test.assignments has no probabilities to compare with 0.5',
  );
  expect(await refusal({ inputs: { assignments, neighbours }, params: { partition: 'scan-1' } })).toContain(
    "expected the partition 'scan-1' in test.assignments, found kmeans-1.",
  );
  expect(await refusal({ inputs: { assignments: await assignmentsOf(), neighbours } })).toContain(
    'expected a partition in',
  );
});
