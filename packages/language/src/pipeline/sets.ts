import type { Edge, Graph, StageNode } from './graph.js';

/** Which image sets (`train`, `test`, ...) went into an artifact; both sorted. */
export interface ImageSets {
  /** Its rows are of these. */
  readonly holds: readonly string[];
  /** These had a part in how it came out. */
  readonly seen: readonly string[];
}

/**
 * Derives for every output port of every stage, by stage id and port, which image sets it holds and has seen.
 *
 * An output that declares a set holds that set. Any other output holds what the inputs hold that it is made from, and
 * has seen what they have seen and, of those that are no query, what they hold. A prediction on `test` is inductive if
 * `test` is not among what it has seen.
 */
export function deriveImageSets(graph: Graph): ReadonlyMap<string, Readonly<Record<string, ImageSets>>> {
  const all = new Map<string, Readonly<Record<string, ImageSets>>>();
  for (const node of graph.stages) {
    const own = new Map<string, ImageSets>();
    for (const [port, { set, from }] of Object.entries(node.declaration.outputs))
      own.set(port, set === undefined ? joined(node, from, all) : { holds: [set], seen: [] });
    all.set(node.id, Object.fromEntries(own));
  }
  return all;
}

function joined(
  node: StageNode,
  from: readonly string[] | undefined,
  all: ReadonlyMap<string, Readonly<Record<string, ImageSets>>>,
): ImageSets {
  const holds = new Set<string>();
  const seen = new Set<string>();
  for (const [port, wired] of Object.entries(node.inputs)) {
    if (from?.includes(port) === false) continue;
    for (const edge of edgesOf(wired)) {
      const sets = all.get(edge.stage)?.[edge.port];
      for (const set of sets?.holds ?? []) {
        holds.add(set);
        if (node.declaration.inputs[port]?.query !== true) seen.add(set);
      }
      for (const set of sets?.seen ?? []) seen.add(set);
    }
  }
  return { holds: [...holds].sort(), seen: [...seen].sort() };
}

/** The edges of one input port, as a list. */
export function edgesOf(wired: StageNode['inputs'][string] | undefined): readonly Edge[] {
  if (wired === null || wired === undefined) return [];
  return isList(wired) ? wired : [wired];
}

const isList = (wired: Edge | readonly Edge[]): wired is readonly Edge[] => Array.isArray(wired);
