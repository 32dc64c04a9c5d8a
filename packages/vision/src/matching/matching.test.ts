import { expect, test } from 'vitest';
import { ransacAffine, ratioMatch } from '../index.js';

/** A linear congruential generator is random enough here. */
function draws(seed: number) {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 4294967296;
  };
  return { next, integer: (below: number) => Math.floor(next() * below) };
}

test('a match is the nearest one, and none where the second is as near', () => {
  const first = Float32Array.of(0, 0, 5, 5);
  const second = Float32Array.of(5, 5.1, 0, 0.1, 0, -0.1);
  const matches = ratioMatch(first, second, 2, 0.8);
  expect([...matches.first]).toEqual([1]);
  expect([...matches.second]).toEqual([0]);
  expect(matches.distance[0]).toBeCloseTo(0.1, 5);
});

test('a list of one matches nothing', () => {
  expect(ratioMatch(Float32Array.of(1, 2), Float32Array.of(1, 2), 2, 0.8).first.length).toBe(0);
});

const map = [0.9, -0.2, 12, 0.25, 1.1, -4] as const;

function pairs(count: number, outliers: number) {
  const random = draws(3);
  const source = new Float64Array(2 * count);
  const target = new Float64Array(2 * count);
  for (let row = 0; row < count; row++) {
    const x = random.next() * 100;
    const y = random.next() * 100;
    source.set([x, y], 2 * row);
    target.set(
      row < outliers
        ? [500 + random.next() * 200, 500 + random.next() * 200]
        : [map[0] * x + map[1] * y + map[2], map[3] * x + map[4] * y + map[5]],
      2 * row,
    );
  }
  return { source, target };
}

test('the affine map is found in spite of outliers, by all triples or by samples', () => {
  for (const [count, outliers] of [
    [20, 8],
    [400, 160],
  ] as const) {
    const { source, target } = pairs(count, outliers);
    const fit = ransacAffine(source, target, { threshold: 1, samples: 2000, random: draws(1) });
    expect([...fit!.inliers]).toEqual(Array.from({ length: count }, (_, row) => (row < outliers ? 0 : 1)));
    for (const [at, value] of map.entries()) expect(fit!.matrix[at]).toBeCloseTo(value, 6);
  }
});

test('points on a line have no affine map', () => {
  const line = Float64Array.from({ length: 10 }, (_, at) => Math.floor(at / 2));
  expect(ransacAffine(line, line, { threshold: 1, random: draws(1) })).toBeNull();
});
