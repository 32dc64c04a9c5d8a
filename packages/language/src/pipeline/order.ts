/** Names in an order in which each comes after all that it needs, or the names of a cycle. */
export type Order =
  | { readonly ok: true; readonly order: readonly string[] }
  /** Each is needed by the next one, and the last one by the first. */
  | { readonly ok: false; readonly cycle: readonly string[] };

/**
 * Topological order; of those that could come next, the one that was named first comes first.
 *
 * @param needs What a name needs directly; all of them must be in `names`.
 */
export function topologicalOrder(names: Iterable<string>, needs: (name: string) => Iterable<string>): Order {
  const waiting = [...names];
  const order: string[] = [];
  const done = new Set<string>();
  while (waiting.length > 0) {
    const next = waiting.findIndex((name) => [...needs(name)].every((need) => done.has(need)));
    const name = waiting[Math.max(0, next)];
    if (name === undefined) break;
    if (next < 0)
      return { ok: false, cycle: findCycle(name, (each) => [...needs(each)].find((need) => !done.has(need))) };
    waiting.splice(next, 1);
    order.push(name);
    done.add(name);
  }
  return { ok: true, order };
}

/** Among names that all wait for another one, following what they wait for must come back to where it was. */
function findCycle(start: string, waitsFor: (name: string) => string | undefined): string[] {
  const path: string[] = [];
  let current: string | undefined = start;
  while (current !== undefined && !path.includes(current)) {
    path.push(current);
    current = waitsFor(current);
  }
  return path.slice(current === undefined ? 0 : path.indexOf(current)).reverse();
}
