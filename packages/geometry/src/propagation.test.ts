import { createRandom } from '@twoshot/engine/random';
import { expect, test } from 'vitest';
import { matrixOf } from './matrix.js';
import { neighbourGraph } from './neighbour-graph.js';
import { oneHot } from './one-hot.js';
import { solveLabels, spreadLabels } from './propagation.js';
import { degrees, denseFromGraph, graphFromDense, normaliseGraph, symmetrise } from './sparse-graph.js';

function randomGraph(nodes: number, seed: number) {
  const random = createRandom(seed);
  const weights = new Float64Array(nodes * nodes);
  for (let i = 0; i < nodes; i++)
    for (let j = 0; j < i; j++)
      if (random.next() < 0.3) weights[i * nodes + j] = weights[j * nodes + i] = random.next();
  return graphFromDense(matrixOf(nodes, nodes, weights));
}

test('spreading for long comes to (1 - alpha) times the solution', async () => {
  const graph = normaliseGraph(randomGraph(20, 1));
  const source = oneHot(
    Int32Array.from({ length: 20 }, (_, i) => (i < 6 ? i % 3 : -1)),
    3,
  );
  const spread = await spreadLabels(graph, source, { alpha: 0.9, rounds: 400 });
  const solved = await solveLabels(graph, source, { alpha: 0.9 });
  for (const [i, value] of spread.data.entries()) expect(value).toBeCloseTo(0.1 * solved.data[i]!, 8);
});

test('alpha 0 leaves the labels, and each round looks one edge further', async () => {
  const path = graphFromDense(matrixOf(3, 3, Float64Array.of(0, 1, 0, 1, 0, 1, 0, 1, 0)));
  const source = oneHot([0, -1, -1], 2);
  expect((await spreadLabels(path, source, { alpha: 0, rounds: 3 })).data).toEqual(source.data);
  const reached = async (rounds: number): Promise<number> =>
    (await spreadLabels(path, source, { alpha: 0.5, rounds })).data[4]!;
  expect(await reached(1)).toBe(0);
  expect(await reached(2)).toBeGreaterThan(0);
});

test('a graph survives the way to dense and back; normalised rows of a regular graph sum to 1', () => {
  const graph = randomGraph(15, 3);
  expect(graphFromDense(denseFromGraph(graph))).toEqual(graph);
  const ring = graphFromDense(matrixOf(4, 4, Float64Array.of(0, 2, 0, 2, 2, 0, 2, 0, 0, 2, 0, 2, 2, 0, 2, 0)));
  expect([...degrees(normaliseGraph(ring))].map((sum) => Math.round(sum * 1e12) / 1e12)).toEqual([1, 1, 1, 1]);
});

test('the two directions of an edge join as the sum or the larger', () => {
  const directed = graphFromDense(matrixOf(3, 3, Float64Array.of(0, 1, 0, 3, 0, 0, 0, 5, 0)));
  expect([...denseFromGraph(symmetrise(directed, 'sum')).data]).toEqual([0, 4, 0, 4, 0, 5, 0, 5, 0]);
  expect([...denseFromGraph(symmetrise(directed, 'maximum')).data]).toEqual([0, 3, 0, 3, 0, 5, 0, 5, 0]);
});

test('a neighbour graph takes powers, leaves out negative and missing neighbours, and can use fewer', () => {
  const lists = {
    k: 2,
    position: Int32Array.of(1, 2, 0, -1, 1, 0),
    similarity: Float32Array.of(0.5, -0.2, 0.5, 0, 0.25, 0),
  };
  const all = neighbourGraph(lists, { power: 2, symmetry: 'maximum' });
  expect([...denseFromGraph(all).data]).toEqual([0, 0.25, 0, 0.25, 0, 0.0625, 0, 0.0625, 0]);
  const nearest = neighbourGraph(
    { ...lists, position: Int32Array.of(2, 1, 0, 2, 1, 0) },
    { power: 1, symmetry: 'sum', neighbours: 1 },
  );
  expect(nearest.targets.length).toBe(6);
  expect(() =>
    neighbourGraph(
      { ...lists, position: Int32Array.of(1, 2, 0, 3, 1, 0), similarity: new Float32Array(6).fill(1) },
      { power: 1, symmetry: 'sum' },
    ),
  ).toThrow('expected a neighbour below 3, got 3 in row 1');
});

test('labels of too many classes and of other rows are refused', async () => {
  expect(() => oneHot([0, 2], 2)).toThrow('expected a class below 2, got 2 in row 1');
  await expect(spreadLabels(randomGraph(3, 1), oneHot([0], 2), { alpha: 0.5, rounds: 1 })).rejects.toThrow(
    'expected 3 rows',
  );
});
