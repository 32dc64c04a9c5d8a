import { expect, test } from 'vitest';
import { layOut } from './graph-layout.js';

const size = { width: 100, height: 40 };

const fan = Array.from({ length: 12 }, (_, at) => ({
  id: `s${at}`,
  from: at < 4 ? [] : [`s${at % 4}`, `s${at - 4}`],
}));

test('a box is right of its sources', () => {
  const boxes = [
    { id: 'data', from: [] },
    { id: 'policy', from: [] },
    { id: 'train', from: ['data', 'policy'] },
    { id: 'score', from: ['train', 'data', 'not there'] },
  ];
  const { corners, lines } = layOut(boxes, size);
  for (const { id, from } of boxes)
    for (const source of from)
      if (Object.hasOwn(corners, source)) expect(corners[id]!.x).toBeGreaterThan(corners[source]!.x + size.width);
  expect(lines).toHaveLength(4);
});

test('a box may have the name of what every object has', () => {
  const names = ['constructor', 'toString', 'hasOwnProperty'];
  const { corners, lines } = layOut(
    names.map((id, at) => ({ id, from: names.slice(0, at) })),
    size,
  );
  expect([Object.keys(corners), lines.length]).toEqual([names, 3]);
});

test('boxes do not overlap, and all are within the drawing', () => {
  const { corners, lines, width, height } = layOut(fan, size);
  const places = Object.values(corners);
  for (const { x, y } of lines.flat()) {
    expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
    expect([x < width, y < height]).toEqual([true, true]);
  }
  for (const [at, one] of places.entries()) {
    expect(one.x).toBeGreaterThanOrEqual(0);
    expect(one.y).toBeGreaterThanOrEqual(0);
    expect(one.x + size.width).toBeLessThanOrEqual(width);
    expect(one.y + size.height).toBeLessThanOrEqual(height);
    for (const other of places.slice(at + 1))
      expect(Math.abs(one.x - other.x) >= size.width || Math.abs(one.y - other.y) >= size.height).toBe(true);
  }
});

test('a line leads from the right side of one box to the left side of the other, around those between', () => {
  const chain = ['a', 'b', 'c', 'd'].map((id, at, all) => ({ id, from: at === 0 ? [] : [all[at - 1]!, 'a'] }));
  const { corners, lines } = layOut(chain, size);
  const middle = (id: string, side: number): { x: number; y: number } => {
    const { x, y } = corners[id]!;
    return { x: x + side, y: y + size.height / 2 };
  };
  const long = lines.find((points) => points.at(-1)!.x === middle('d', 0).x && points[0]!.x < corners['b']!.x)!;
  expect(long[0]).toEqual(middle('a', size.width));
  expect(long.at(-1)).toEqual(middle('d', 0));
  for (const id of ['b', 'c']) {
    const { x, y } = corners[id]!;
    const inside = long.filter(
      (point) => point.x > x && point.x < x + size.width && point.y > y && point.y < y + size.height,
    );
    expect(inside).toEqual([]);
  }
});

test('the same graph is always drawn in the same way', () => {
  expect(layOut(fan, size)).toEqual(layOut(fan, size));
});

test('an empty graph has no boxes', () => {
  expect(layOut([], size).corners).toEqual({});
});
