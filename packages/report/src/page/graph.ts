import type { GraphDocument } from '@twoshot/stage';
import { escape } from './markup.js';

const box = { width: 158, height: 44, gapX: 54, gapY: 16, margin: 12 };

/** Column of each stage: one more than the last of what it takes. */
function columnsOf(graph: GraphDocument): Map<string, number> {
  const columns = new Map<string, number>();
  for (const stage of graph.stages)
    columns.set(stage.id, Math.max(-1, ...stage.inputs.map(({ from }) => columns.get(producer(from)) ?? -1)) + 1);
  return columns;
}

/** `backbone@lr=0.1.model` -> `backbone@lr=0.1` */
const producer = (from: string): string => from.slice(0, from.lastIndexOf('.'));

/** Draws the pipeline from left to right as an SVG: a box a stage, a line for each edge. */
export function drawGraph(graph: GraphDocument): string {
  const columns = columnsOf(graph);
  const filled = new Map<number, number>();
  const places = new Map<string, { x: number; y: number }>();
  for (const stage of graph.stages) {
    const column = columns.get(stage.id)!;
    const row = filled.get(column) ?? 0;
    filled.set(column, row + 1);
    places.set(stage.id, {
      x: box.margin + column * (box.width + box.gapX),
      y: box.margin + row * (box.height + box.gapY),
    });
  }
  const width =
    (filled.size > 0 ? Math.max(...filled.keys()) + 1 : 1) * (box.width + box.gapX) - box.gapX + 2 * box.margin;
  const height = Math.max(1, ...filled.values()) * (box.height + box.gapY) - box.gapY + 2 * box.margin;
  const lines = new Set<string>();
  for (const stage of graph.stages)
    for (const { from } of stage.inputs) {
      const start = places.get(producer(from));
      const end = places.get(stage.id)!;
      if (start === undefined) continue;
      const [x1, y1, x2, y2] = [start.x + box.width, start.y + box.height / 2, end.x, end.y + box.height / 2];
      const bend = Math.max(24, (x2 - x1) / 2);
      lines.add(`<path d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}"/>`);
    }
  const boxes = graph.stages.map(({ id, use }) => {
    const { x, y } = places.get(id)!;
    return `<g transform="translate(${x} ${y})" data-family="${escape(use.split('/')[0]!)}"><title>${escape(`${id}: ${use}`)}</title><rect width="${box.width}" height="${box.height}" rx="8"/><text x="12" y="19" class="id">${escape(short(id))}</text><text x="12" y="35" class="use">${escape(short(use))}</text></g>`;
  });
  return `<div class="scroll"><svg class="graph" role="img" aria-label="Stages of ${escape(graph.pipeline)}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"><g class="edges">${[...lines].join('')}</g>${boxes.join('')}</svg></div>`;
}

const short = (text: string): string => (text.length > 22 ? `${text.slice(0, 21)}…` : text);
