import type { Box, Layout, Size } from './layout-types.js';
import { html, type Markup } from './markup.js';

export interface GraphBox extends Box {
  readonly use: string;
  /** A third line, e.g. the state and the time; empty for none. */
  readonly note: string;
  /** CSS class of the box, e.g. its state; the theme of the page colours it. */
  readonly state: string;
  /** Shown when the pointer rests on the box. */
  readonly title: string;
}

const width = 176;
/** Letters of a line that fit into a box. */
const fitting = 24;
/** Minimum scale of a drawing that is too wide for the page, below which it scrolls sideways. */
const smallest = 0.5;

/** Height of every box of a drawing: if one has a third line, all need space for it. */
export const boxSize = (boxes: readonly GraphBox[]): Size => ({
  width,
  height: boxes.some(({ note }) => note !== '') ? 58 : 44,
});

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
 * @param layout of these boxes, see `layOutGraph`
 */
export function drawGraph(boxes: readonly GraphBox[], layout: Layout, label: string): Markup {
  const { height } = boxSize(boxes);
  const { corners, lines: edges, ...size } = layout;
  const box = ({ id, use, note, state, title }: GraphBox): Markup => {
    const corner = corners[id]!;
    const [x, y] = [round(corner.x), round(corner.y)];
    const line = (kind: string, down: number, words: string): Markup =>
      html`<text class="${kind}" x="${x + 11}" y="${y + down}">${short(words)}</text>`;
    const frame = html`<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" />`;
    const lines = [line('id', 19, id), line('use', 34, use), note === '' ? null : line('note', 49, note)];
    return html`<g class="stage ${state}"><title>${title}</title>${[frame, lines]}</g>`;
  };
  const [w, h] = [Math.ceil(size.width), Math.ceil(size.height)];
  const paths = edges.map((points) => html`<path class="edge" d="${path(points)}" />`);
  return html`<div class="scroll">
    <svg
      class="graph"
      viewBox="0 0 ${w} ${h}"
      style="width:min(100%,${w}px);min-width:${Math.round(smallest * w)}px"
      role="img"
      aria-label="${label}"
    >
      ${paths}${boxes.map(box)}
    </svg>
  </div>`;
}
