import { startEngineUnderTest } from '@twoshot/engine/testing';
import { createRandom } from '@twoshot/engine/random';
import { matrixOf, softmaxRows, squaredDistances } from '@twoshot/geometry';
import { beforeAll, expect, test } from 'vitest';
import {
  laplacianPredictions,
  laplacianShot,
  prototypicalLogits,
  rectifyPrototypes,
  simpleShot,
  timAdm,
} from '../index.js';

beforeAll(() => startEngineUnderTest());

const centres = [
  [4, 0],
  [0, 4],
];

/** Rows around two centres, by turns, all moved by `shift`. */
function rowsAround(count: number, seed: number, shift = 0) {
  const random = createRandom(seed);
  return matrixOf(
    count,
    2,
    Float32Array.from({ length: 2 * count }, (_, i) => centres[(i >> 1) % 2]![i % 2]! + shift + random.normal()),
  );
}

const support = rowsAround(4, 1);
const labels = [0, 1, 0, 1];
const byTurns = (count: number): number[] => Array.from({ length: count }, (_, row) => row % 2);
const rightShare = (found: ArrayLike<number>): number =>
  Array.from(found).filter((label, row) => label === row % 2).length / found.length;

test('centring by a distant base mean separates classes where unit length alone does not', () => {
  const options = { transform: 'cl2', classes: 2 } as const;
  const centred = simpleShot(rowsAround(4, 1, 100), labels, rowsAround(40, 2, 100), [102, 102], options);
  const plain = simpleShot(rowsAround(4, 1, 100), labels, rowsAround(40, 2, 100), [102, 102], {
    ...options,
    transform: 'none',
  });
  expect(rightShare(centred.labels)).toBeGreaterThan(0.9);
  expect(plain.distances.data[0]).not.toBeCloseTo(centred.distances.data[0]!, 3);
});

test('rectified prototypes are invariant to a shift of all queries', () => {
  const options = { classes: 2, temperature: 10 };
  const here = rectifyPrototypes(support, labels, rowsAround(40, 2), options);
  const there = rectifyPrototypes(support, labels, rowsAround(40, 2, 8), options);
  expect(there.pseudoLabels).toEqual(here.pseudoLabels);
  expect(rightShare(here.pseudoLabels)).toBeGreaterThan(0.9);
  for (const [i, value] of here.prototypes.data.entries()) expect(there.prototypes.data[i]).toBeCloseTo(value, 4);
  for (const [i, value] of here.shift.entries()) expect(there.shift[i]).toBeCloseTo(value + 8, 4);
});

const timOptions = {
  classes: 2,
  temperature: 5,
  supportWeight: 0.1,
  marginalWeight: 1,
  conditionalWeight: 0.1,
  iterations: 20,
  stepSize: 1,
};

test('information maximisation balances classes, raises confidence, and obeys its signal', async () => {
  const query = rowsAround(40, 3);
  const { assignment } = await timAdm(support, labels, query, timOptions);
  const first = byTurns(40).map((_, row) => assignment.data[2 * row]!);
  expect(first.reduce((sum, share) => sum + share, 0)).toBeCloseTo(20, 0);
  expect(first.filter((share) => share < 0.1 || share > 0.9).length).toBeGreaterThan(36);
  const stopped = timAdm(support, labels, query, { ...timOptions, signal: AbortSignal.abort() });
  await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
});

test('neighbours have no effect at weight 0; otherwise a row outside the graph follows them', async () => {
  const prototypes = matrixOf(2, 2, Float32Array.from(centres.flat()));
  const graph = rowsAround(40, 4);
  const options = { neighbours: 3, iterations: 10 };
  const query = matrixOf(1, 2, Float32Array.of(2.1, 2));
  const alone = await laplacianPredictions(
    prototypes,
    query,
    graph,
    (await laplacianShot(prototypes, graph, { ...options, lambda: 0 })).assignment,
    {
      lambda: 0,
      neighbours: 3,
    },
  );
  expect(alone.data).toEqual(
    softmaxRows(prototypicalLogits(prototypes, query, { metric: 'sqeuclidean', scale: 1 })).data,
  );
  const { assignment } = await laplacianShot(prototypes, graph, { ...options, lambda: 1 });
  const followed = await laplacianPredictions(prototypes, query, graph, assignment, { lambda: 1, neighbours: 3 });
  const distances = squaredDistances(query, graph).data;
  const nearest = Array.from(distances.keys())
    .sort((a, b) => distances[a]! - distances[b]!)
    .slice(0, 3);
  const ofFirst = nearest.reduce((sum, row) => sum + assignment.data[2 * row]!, 0);
  expect(Math.sign(followed.data[0]! - alone.data[0]!)).toBe(Math.sign(ofFirst - (3 - ofFirst)));
});
