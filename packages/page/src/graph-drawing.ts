import { type Box, layOut } from './graph-layout.js';
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
/** Letters of a line that fit into a box. */
const fitting = 24;
/** How far a picture that is too wide for the page shrinks before it scrolls sideways. */
const smallest = 0.5;

const short = (text: string): string => (text.length > fitting ? `${text.slice(0, fitting - 1)}…` : text);
const round = (value: number): number => Math.round(10 * value) / 10;

/** A smooth line through points from left to right, level in each of them. */
function path(points: readonly { readonly x: number; readonly y: number }[]): string {
  const [first, ...rest] = points.map(({ x, y }) => ({ x: round(x), y: round(y) }));
  let { x, y } = first!;
  let drawn = `M${x} ${y}`;
  for (const next of rest) {
    const middle = round((x + next.x) / 2);
    drawn += `C${middle} ${y} ${middle} ${next.y} ${next.x} ${next.y}`;
    ({ x, y } = next);
  }
  return drawn;
}

/**
 * Stages as boxes and artifacts as lines, from left to right, as SVG of the page's width.
 *
 * @param boxes in topological order
 */
export function drawGraph(boxes: readonly GraphBox[], label: string): string {
  const height = boxes.some(({ note }) => note !== '') ? 58 : 44;
  const { corners, lines, ...size } = layOut(boxes, { width, height });
  const box = ({ id, use, note, state, title }: GraphBox): string => {
    const corner = corners.get(id)!;
    const [x, y] = [round(corner.x), round(corner.y)];
    const third = note === '' ? '' : `<text x="${x + 11}" y="${y + 49}" class="note">${escape(short(note))}</text>`;
    return `<g class="stage ${state}"><title>${escape(title)}</title><rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8"/><text x="${x + 11}" y="${y + 19}" class="id">${escape(short(id))}</text><text x="${x + 11}" y="${y + 34}" class="use">${escape(short(use))}</text>${third}</g>`;
  };
  const [w, h] = [Math.ceil(size.width), Math.ceil(size.height)];
  const edges = lines.map((points) => `<path class="edge" d="${path(points)}"/>`).join('');
  return `<div class="scroll"><svg class="graph" viewBox="0 0 ${w} ${h}" style="width:min(100%,${w}px);min-width:${Math.round(smallest * w)}px" role="img" aria-label="${escape(label)}">${edges}${boxes.map(box).join('')}</svg></div>`;
}
