import { applyDefaults } from '@twoshot/stage';
import type { Edge, Graph, StageNode } from './graph.js';

/** What went into an artifact: image sets (`train`, `test`, ...) and what comes from elsewhere; all sorted. */
export interface Provenance {
  /** Sets that its rows come from. */
  readonly holds: readonly string[];
  /** Sets that influenced it. */
  readonly seen: readonly string[];
  /** What was trained on data that is not the pipeline's, in words. */
  readonly outside: readonly string[];
}

/**
 * Derives for every output port of every stage, by stage id and port, which image sets it holds and has seen, and
 * what from outside had a part in it.
 *
 * An output that declares a set holds that set. Any other output holds what its source inputs hold, and has seen what
 * they have seen and, unless they are queries, what they hold. A prediction on `test` is inductive if `test` is not
 * among what it has seen. What a stage declares as `outside`, and what its inputs have of it, queries too, had a part
 * in all that it gives.
 */
export function deriveProvenance(graph: Graph): ReadonlyMap<string, Readonly<Record<string, Provenance>>> {
  const all = new Map<string, Readonly<Record<string, Provenance>>>();
  for (const node of graph.stages) {
    const own = new Map<string, Provenance>();
    const { declaration } = node;
    const words = declaration.outside?.(applyDefaults(declaration, node.params));
    const brought = words === undefined ? [] : [words];
    for (const [port, { set, from }] of Object.entries(declaration.outputs))
      own.set(
        port,
        set === undefined ? joined(node, from, brought, all) : { holds: [set], seen: [], outside: brought },
      );
    all.set(node.id, Object.fromEntries(own));
  }
  return all;
}

function joined(
  node: StageNode,
  from: readonly string[] | undefined,
  brought: readonly string[],
  all: ReadonlyMap<string, Readonly<Record<string, Provenance>>>,
): Provenance {
  const holds = new Set<string>();
  const seen = new Set<string>();
  const outside = new Set(brought);
  for (const [port, wired] of Object.entries(node.inputs)) {
    if (from?.includes(port) === false) continue;
    for (const edge of edgesOf(wired)) {
      const sets = all.get(edge.stage)?.[edge.port];
      for (const set of sets?.holds ?? []) {
        holds.add(set);
        if (node.declaration.inputs[port]?.query !== true) seen.add(set);
      }
      for (const set of sets?.seen ?? []) seen.add(set);
      for (const words of sets?.outside ?? []) outside.add(words);
    }
  }
  return { holds: [...holds].sort(), seen: [...seen].sort(), outside: [...outside].sort() };
}

/** The edges of one input port, as a list. */
export function edgesOf(wired: StageNode['inputs'][string] | undefined): readonly Edge[] {
  if (wired === null || wired === undefined) return [];
  return isList(wired) ? wired : [wired];
}

const isList = (wired: Edge | readonly Edge[]): wired is readonly Edge[] => Array.isArray(wired);
