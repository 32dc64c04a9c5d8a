import { type Edge, Graph, layout, type EdgeLabel, type GraphLabel, type NodeLabel } from '@dagrejs/dagre';
import type { Box, Layout, Point, Size } from './layout-types.js';

const margin = 10;

/** Name of a box in the graph: dagre looks names up in objects, which have a `constructor` of their own. */
const node = (id: string): string => `#${id}`;

/**
 * Places boxes of one size in columns, each right of its sources (Sugiyama's method, by dagre).
 *
 * @param boxes in topological order; a line from a missing box is left out
 */
export function layOut(boxes: readonly Box[], { width, height }: Size): Layout {
  const graph = new Graph<GraphLabel, NodeLabel, EdgeLabel>();
  graph.setGraph({ rankdir: 'LR', nodesep: 16, edgesep: 10, ranksep: 44, marginx: margin, marginy: margin });
  for (const { id } of boxes) graph.setNode(node(id), { width, height });
  for (const { id, from } of boxes)
    for (const source of new Set(from)) if (graph.hasNode(node(source))) graph.setEdge(node(source), node(id), {});
  layout(graph);
  const centre = (name: string): Point => {
    const { x = 0, y = 0 } = graph.node(name);
    return { x, y };
  };
  const corners = Object.fromEntries(
    boxes.map(({ id }) => {
      const { x, y } = centre(node(id));
      return [id, { x: x - width / 2, y: y - height / 2 }];
    }),
  );
  const lines = graph.edges().map((edge: Edge) => {
    const [source, target] = [centre(edge.v), centre(edge.w)];
    const points: Point[] = (graph.edge(edge).points ?? []).slice(1, -1);
    points.unshift({ x: source.x + width / 2, y: source.y });
    points.push({ x: target.x - width / 2, y: target.y });
    return points;
  });
  // dagre counts only boxes; a line may lie below them all.
  const ends = [...Object.values(corners).map(({ x, y }) => ({ x: x + width, y: y + height })), ...lines.flat()];
  return {
    corners,
    lines,
    width: margin + Math.max(0, ...ends.map(({ x }) => x)),
    height: margin + Math.max(0, ...ends.map(({ y }) => y)),
  };
}
