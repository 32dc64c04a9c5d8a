import { expect, test } from 'vitest';
import { layOut } from './graph-layout.js';

test('a box stands right of all that it comes from', () => {
  const { boxes, layers, rows } = layOut([
    { id: 'data', from: [] },
    { id: 'policy', from: [] },
    { id: 'train', from: ['data', 'policy'] },
    { id: 'score', from: ['train', 'data'] },
  ]);
  const layer = (id: string): number => boxes.get(id)!.layer;
  expect([layer('data'), layer('policy'), layer('train'), layer('score')]).toEqual([0, 0, 1, 2]);
  expect({ layers, rows }).toEqual({ layers: 3, rows: 2 });
});

test('no two boxes share a place', () => {
  const stages = Array.from({ length: 12 }, (_, at) => ({
    id: `s${at}`,
    from: at < 4 ? [] : [`s${at % 4}`, `s${at - 4}`],
  }));
  const places = [...layOut(stages).boxes.values()].map(({ layer, row }) => `${layer} ${row}`);
  expect(new Set(places).size).toBe(12);
});

test('boxes stand beside what they are joined with', () => {
  const { boxes } = layOut([
    { id: 'a', from: [] },
    { id: 'b', from: [] },
    { id: 'below', from: ['b'] },
    { id: 'above', from: ['a'] },
  ]);
  const row = (id: string): number => boxes.get(id)!.row;
  expect(Math.sign(row('above') - row('below'))).toBe(Math.sign(row('a') - row('b')));
});

test('a graph of nothing has no boxes', () => {
  expect(layOut([]).boxes.size).toBe(0);
});
