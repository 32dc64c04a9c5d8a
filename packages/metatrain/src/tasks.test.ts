import { rowsOf } from '@twoshot/artifact';
import { createRandom } from '@twoshot/engine/random';
import { expect, test } from 'vitest';
import { drawDistinct } from './draw-distinct.js';
import { drawEpisode } from './episodes.js';
import { drawPairs } from './pairs.js';
import { type PseudoClasses, pseudoClasses } from './pseudo-classes.js';

const range = (from: number, to: number): Uint32Array => Uint32Array.from({ length: to - from }, (_, i) => from + i);
const partition: PseudoClasses = { name: 'p', members: [range(0, 10), range(10, 14), range(14, 40)] };
const classOf = (position: number): number => partition.members.findIndex((images) => images.includes(position));

test('an episode has disjoint support and queries of every class, and its own labels', () => {
  const random = createRandom(2);
  for (let round = 0; round < 50; round++) {
    const { positions, supportLabels, queryLabels } = drawEpisode(
      [partition],
      { ways: 5, shots: 2, queries: 4 },
      random.fork(round),
    );
    expect(new Set(positions).size).toBe(positions.length);
    expect([...supportLabels]).toEqual([0, 0, 1, 1, 2, 2]);
    // The class of four images has two queries only.
    expect(queryLabels.length).toBe(10);
    const labels = [...supportLabels, ...queryLabels];
    const meanings = new Map(labels.map((label, i) => [label, classOf(positions[i]!)]));
    expect(meanings.size).toBe(3);
    for (const [i, label] of labels.entries()) expect(classOf(positions[i]!)).toBe(meanings.get(label));
  }
});

test('every image and every class is drawn', () => {
  const random = createRandom(3);
  const seen = new Set<number>();
  const firsts = new Set<number>();
  for (let step = 0; step < 200; step++) {
    const { positions } = drawEpisode([partition], { ways: 2, shots: 1, queries: 1 }, random.fork(step));
    positions.forEach((position) => seen.add(position));
    firsts.add(classOf(positions[0]!));
  }
  expect(seen.size).toBe(40);
  expect(firsts.size).toBe(3);
});

test('half of the pairs are of one class, and no image meets itself', () => {
  const { positions, same } = drawPairs([partition], 101, createRandom(4));
  expect(same.reduce((sum, one) => sum + one, 0)).toBe(51);
  for (const [pair, isSame] of same.entries()) {
    const [a, b] = [positions[pair]!, positions[101 + pair]!];
    expect(a).not.toBe(b);
    expect(classOf(a) === classOf(b)).toBe(isSame === 1);
  }
});

test('distinct draws are distinct, complete if all are requested, and every order occurs', () => {
  const orders = new Set<string>();
  for (let seed = 0; seed < 100; seed++) orders.add(drawDistinct(range(5, 8), 3, createRandom(seed)).join());
  expect(orders.size).toBe(6);
  expect(() => drawDistinct(range(0, 2), 3, createRandom(1))).toThrow('Cannot draw 3 of 2');
});

test('rows of other sets, missing images and uncertain rows are ignored', () => {
  const rows = {
    ...rowsOf('train', Uint32Array.of(4, 5, 6, 7, 9, 4)),
    sets: ['train', 'test'],
    set: Uint8Array.of(0, 0, 0, 0, 0, 1),
  };
  const found = pseudoClasses(
    {
      rows,
      partitions: [
        {
          name: 'soft',
          clusters: 2,
          cluster: Int32Array.of(0, 0, 1, 1, 1, 0),
          probabilities: Float32Array.of(0.9, 0.1, 0.6, 0.4, 0.1, 0.9, 0, 1, 0, 1, 1, 0),
          quality: null,
        },
      ],
    },
    { set: 'train', index: Uint32Array.of(7, 6, 5, 4) },
    { confidence: 0.8, minimum: 1, from: { from: 'heads.assignments' } },
  );
  expect(found.map(({ members }) => members.map((positions) => [...positions]))).toEqual([[[3], [1, 0]]]);
});
