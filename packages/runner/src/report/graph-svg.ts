import type { StageStatus } from '../run/events.js';
import { layOut, type Box, type Placed } from './graph-layout.js';
import { escape } from './markup.js';

export interface StageBox extends Box {
  readonly use: string;
  readonly status: StageStatus;
  /** Short text of the third line, e.g. the time. */
  readonly note: string;
  /** Shown when the pointer rests on the box. */
  readonly title: string;
}

const width = 176;
const height = 58;
const gapX = 46;
const gapY = 18;
const margin = 10;
/** Letters of the first line that fit into a box. */
const fitting = 24;

const left = ({ layer }: Placed): number => margin + layer * (width + gapX);
const top = ({ row }: Placed): number => margin + row * (height + gapY);
const short = (text: string): string => (text.length > fitting ? `${text.slice(0, fitting - 1)}…` : text);

function arrow(source: Placed, target: Placed): string {
  const x1 = left(source) + width;
  const x2 = left(target);
  const y1 = top(source) + height / 2;
  const y2 = top(target) + height / 2;
  const bend = Math.max(gapX / 2, (x2 - x1) / 3);
  return `<path class="edge" d="M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}"/>`;
}

function box({ id, use, status, note, title }: StageBox, place: Placed): string {
  const x = left(place);
  const y = top(place);
  return `<g class="stage ${status}"><title>${escape(title)}</title>
<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="7"/>
<text x="${x + 11}" y="${y + 19}" class="id">${escape(short(id))}</text>
<text x="${x + 11}" y="${y + 34}" class="use">${escape(short(use))}</text>
<text x="${x + 11}" y="${y + 49}" class="note">${escape(short(`${status}${note === '' ? '' : `, ${note}`}`))}</text></g>`;
}

/** The graph of a run as SVG. @param boxes in topological order */
export function graphSvg(boxes: readonly StageBox[]): string {
  const layout = layOut(boxes);
  const place = (id: string): Placed => layout.boxes.get(id)!;
  const w = 2 * margin + layout.layers * (width + gapX) - gapX;
  const h = 2 * margin + layout.rows * (height + gapY) - gapY;
  const arrows = boxes.flatMap(({ id, from }) => from.map((source) => arrow(place(source), place(id))));
  return `<svg class="graph" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" role="img" aria-label="The stages of the run and what they take from each other">
${arrows.join('\n')}
${boxes.map((each) => box(each, place(each.id))).join('\n')}
</svg>`;
}
