import { type Box, layOut, type Placed } from './graph-layout.js';
import { escape } from './wording.js';

export interface GraphBox extends Box {
  readonly use: string;
  /** A third line, e.g. the state and the time; empty for none. */
  readonly note: string;
  /** Class of the box, e.g. its state; the theme of the page gives it a colour. */
  readonly state: string;
  /** Shown when the pointer rests on the box. */
  readonly title: string;
}

const width = 176;
const gapX = 46;
const gapY = 18;
const margin = 10;
/** Letters of a line that fit into a box. */
const fitting = 24;

const short = (text: string): string => (text.length > fitting ? `${text.slice(0, fitting - 1)}…` : text);

/**
 * Stages as boxes and artifacts as lines, from left to right, as SVG that scrolls sideways where it is too wide.
 *
 * @param boxes in topological order
 */
export function drawGraph(boxes: readonly GraphBox[], label: string): string {
  const height = boxes.some(({ note }) => note !== '') ? 58 : 44;
  const layout = layOut(boxes);
  const left = ({ layer }: Placed): number => margin + layer * (width + gapX);
  const top = ({ row }: Placed): number => margin + row * (height + gapY);
  const place = (id: string): Placed => layout.boxes.get(id)!;
  const line = (source: Placed, target: Placed): string => {
    const [x1, x2] = [left(source) + width, left(target)];
    const [y1, y2] = [top(source) + height / 2, top(target) + height / 2];
    const bend = Math.max(gapX / 2, (x2 - x1) / 3);
    return `<path class="edge" d="M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}"/>`;
  };
  const box = ({ id, use, note, state, title }: GraphBox): string => {
    const [x, y] = [left(place(id)), top(place(id))];
    const third = note === '' ? '' : `<text x="${x + 11}" y="${y + 49}" class="note">${escape(short(note))}</text>`;
    return `<g class="stage ${state}"><title>${escape(title)}</title><rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8"/><text x="${x + 11}" y="${y + 19}" class="id">${escape(short(id))}</text><text x="${x + 11}" y="${y + 34}" class="use">${escape(short(use))}</text>${third}</g>`;
  };
  const w = 2 * margin + layout.layers * (width + gapX) - gapX;
  const h = 2 * margin + layout.rows * (height + gapY) - gapY;
  const lines = boxes.flatMap(({ id, from }) =>
    [...new Set(from)].filter((source) => layout.boxes.has(source)).map((source) => line(place(source), place(id))),
  );
  return `<div class="scroll"><svg class="graph" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" role="img" aria-label="${escape(label)}">${lines.join('')}${boxes.map(box).join('')}</svg></div>`;
}
