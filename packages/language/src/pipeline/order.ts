/** Names in topological order, or the names of a cycle. */
export type Order =
  | { readonly ok: true; readonly order: readonly string[] }
  /** Each depends on the one before, the first on the last. */
  | { readonly ok: false; readonly cycle: readonly string[] };

/**
 * Topological order; ties in the order of `names`.
 *
 * @param needs Direct dependencies of a name; all must be in `names`.
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
