import type { Port } from '@twoshot/stage';
import type { Edge, Graph, StageNode } from './graph.js';

/** An output that is made from some of the inputs only, such as the fitted rows beside those that were asked for. */
interface PartialOutput extends Port {
  /** Names of those inputs; all of them if absent. */
  readonly from?: readonly string[];
}

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
 * Images that come from a stage without inputs are the set that the port is named after; its other outputs hold
 * nothing. An output of any other stage holds what the inputs hold that it is made from, and has seen what they have
 * seen and, of those that are no query, what they hold. A prediction on `test` is inductive if `test` is not among what it has seen.
 */
export function deriveImageSets(graph: Graph): ReadonlyMap<string, Readonly<Record<string, ImageSets>>> {
  const all = new Map<string, Readonly<Record<string, ImageSets>>>();
  for (const node of graph.stages) {
    const own = new Map<string, ImageSets>();
    const outputs: Readonly<Record<string, PartialOutput>> = node.declaration.outputs;
    for (const [port, { kind, from }] of Object.entries(outputs)) {
      const source = Object.keys(node.declaration.inputs).length === 0;
      own.set(port, source ? { holds: kind === 'images' ? [port] : [], seen: [] } : joined(node, from, all));
    }
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
