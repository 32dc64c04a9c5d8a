import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { topologicalOrder } from './order.js';

/** A graph without cycles: edges go from a smaller to a greater number; then the names are shuffled. */
const acyclic = fc.integer({ min: 0, max: 12 }).chain((size) => {
  const pairs = Array.from({ length: size }, (_, to) =>
    Array.from({ length: to }, (__, from): [number, number] => [from, to]),
  ).flat();
  const names = Array.from({ length: size }, (_, index) => index);
  return fc.record({
    edges: fc.subarray(pairs),
    names: fc.shuffledSubarray(names, { minLength: size, maxLength: size }),
  });
});

const needsOf =
  (edges: readonly (readonly [number, number])[]) =>
  (name: string): string[] =>
    edges.filter(([, to]) => String(to) === name).map(([from]) => String(from));

test('each comes once, after all that it needs', () => {
  fc.assert(
    fc.property(acyclic, ({ edges, names }) => {
      const sorted = topologicalOrder(names.map(String), needsOf(edges));
      if (!sorted.ok) throw new Error(`a cycle ${sorted.cycle.join()} in a graph that has none`);
      expect([...sorted.order].sort()).toEqual(names.map(String).sort());
      for (const [from, to] of edges) {
        expect(sorted.order.indexOf(String(from))).toBeLessThan(sorted.order.indexOf(String(to)));
      }
    }),
  );
});

test('names that are in order already stay as they are', () => {
  fc.assert(
    fc.property(acyclic, ({ edges, names }) => {
      const inOrder = names.toSorted((a, b) => a - b).map(String);
      expect(topologicalOrder(inOrder, needsOf(edges))).toEqual({ ok: true, order: inOrder });
    }),
  );
});

test('a cycle is found whenever there is one, and each of it is needed by the next', () => {
  const cyclic = acyclic
    .filter(({ names }) => names.length > 0)
    .chain(({ edges, names }) =>
      fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }).map((loop) => ({
        names,
        edges: [
          ...edges,
          ...loop.map((from, index): [number, number] => [from, loop[(index + 1) % loop.length] ?? from]),
        ],
      })),
    );
  fc.assert(
    fc.property(cyclic, ({ edges, names }) => {
      const needs = needsOf(edges);
      const sorted = topologicalOrder(names.map(String), needs);
      if (sorted.ok) throw new Error('the cycle was not found');
      expect(new Set(sorted.cycle).size).toBe(sorted.cycle.length);
      for (const [index, name] of sorted.cycle.entries()) {
        expect(needs(sorted.cycle[(index + 1) % sorted.cycle.length] ?? '')).toContain(name);
      }
    }),
  );
});
