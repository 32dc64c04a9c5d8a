import { expect, test } from 'vitest';
import { createRandom } from './random.js';

const firstFive = (seed: number): number[] => {
  const random = createRandom(seed);
  return Array.from({ length: 5 }, () => random.next());
};

test('the same seed gives the same stream and another seed another', () => {
  expect(firstFive(7)).toEqual(firstFive(7));
  const seeds = [0, 1, -1, 0.1, 0.2, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1];
  expect(new Set(seeds.map((seed) => firstFive(seed)[0])).size).toBe(seeds.length);
});

test('the stream is pinned: results of old seeds stay reproducible', () => {
  const random = createRandom(42);
  expect([random.integer(1000), random.integer(1000), random.integer(1000)]).toMatchInlineSnapshot(`
    [
      241,
      307,
      436,
    ]
  `);
});

test('next is uniform in [0, 1), integer in [0, below)', () => {
  const random = createRandom(3);
  const counts = Array.from({ length: 10 }, () => 0);
  let sum = 0;
  for (let draw = 0; draw < 100_000; draw++) {
    const value = random.next();
    expect(value >= 0 && value < 1).toBe(true);
    sum += value;
    const digit = random.integer(10);
    counts[digit] = (counts[digit] ?? NaN) + 1;
  }
  expect(Math.abs(sum / 100_000 - 0.5)).toBeLessThan(0.005);
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  expect(() => random.integer(0)).toThrow(RangeError);
});

test('normal has mean 0, variance 1 and light tails', () => {
  const random = createRandom(4);
  let sum = 0;
  let squares = 0;
  let beyondTwo = 0;
  const draws = 100_000;
  for (let draw = 0; draw < draws; draw++) {
    const value = random.normal();
    sum += value;
    squares += value * value;
    if (Math.abs(value) > 2) beyondTwo++;
  }
  expect(Math.abs(sum / draws)).toBeLessThan(0.015);
  expect(Math.abs(squares / draws - 1)).toBeLessThan(0.02);
  expect(Math.abs(beyondTwo / draws - 0.0455)).toBeLessThan(0.004);
});

test('shuffle keeps the elements and reaches every order', () => {
  const seen = new Map<string, number>();
  const random = createRandom(5);
  for (let round = 0; round < 6000; round++) {
    const values = Uint32Array.of(0, 1, 2);
    random.shuffle(values);
    const order = values.join('');
    seen.set(order, (seen.get(order) ?? 0) + 1);
  }
  expect(seen.size).toBe(6);
  for (const count of seen.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

test('a fork hangs on its purpose alone, not on what was drawn before', () => {
  const fresh = createRandom(6);
  const used = createRandom(6);
  used.next();
  used.normal();
  expect(used.fork('views').next()).toBe(fresh.fork('views').next());
  expect(fresh.fork('views').next()).not.toBe(fresh.fork('labels').next());
  expect(fresh.fork(1).next()).not.toBe(fresh.fork('1').next());
  expect(fresh.fork('a').fork('b').next()).not.toBe(fresh.fork('ab').next());
});

test('a hundred thousand forks have a hundred thousand different starts', () => {
  const random = createRandom(8);
  const starts = new Set<number>();
  for (let index = 0; index < 100_000; index++) starts.add(random.fork(index).next());
  expect(starts.size).toBe(100_000);
});

test('a seed that is no finite number is refused', () => {
  expect(() => createRandom(Number.NaN)).toThrow('a seed must be a finite number, got NaN');
});
