import { html, type Markup } from './markup.js';
import { readable } from './wording.js';

export type Point = readonly [x: number, y: number];

export interface ChartLine {
  /** [n] with x ascending; what is not finite is left out. */
  readonly points: readonly Point[];
  /** Drawn thin, behind the others. */
  readonly faint?: boolean;
}

/** A labelled position on the x axis, drawn as a vertical line. */
export interface ChartMark {
  readonly name: string;
  readonly x: number;
}

export interface Chart {
  /** Description of the chart, for screen readers. */
  readonly label: string;
  readonly lines: readonly ChartLine[];
  readonly x: { readonly name: string; readonly scale: 'linear' | 'logarithmic' };
  /** Range of values; a line that leaves it runs along the edge. */
  readonly range: readonly [low: number, high: number];
  readonly marks?: readonly ChartMark[];
  readonly width: number;
  readonly height: number;
}

const edges = { left: 60, right: 16, top: 12, bottom: 42 };
/** Height of the name of a mark; names are stacked above the plot. */
const markHeight = 15;
/** Maximum points of a line, so that long lines keep files small. */
const maxPoints = 400;

const round = (value: number): number => Number(value.toFixed(1));
const finite = ([x, y]: Point): boolean => Number.isFinite(x) && Number.isFinite(y);

/** Means over equal segments. */
function thin(points: readonly Point[]): readonly Point[] {
  if (points.length <= maxPoints) return points;
  const stretch = points.length / maxPoints;
  return Array.from({ length: maxPoints }, (_, i) => {
    const part = points.slice(Math.floor(i * stretch), Math.floor((i + 1) * stretch));
    return [part.at(-1)![0], part.reduce((sum, [, y]) => sum + y, 0) / part.length] as const;
  });
}

/** Integer powers of ten within a positive range. */
function decades(first: number, last: number): number[] {
  const from = Math.ceil(Math.log10(first) - 1e-9);
  const to = Math.floor(Math.log10(last) + 1e-9);
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => 10 ** (from + i));
}

const line = (kind: string, [x1, y1]: Point, [x2, y2]: Point): Markup =>
  html`<line class="${kind}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" />`;
const text = (words: string, at: Point, anchor: 'start' | 'middle' | 'end', kind = 'axis'): Markup =>
  html`<text class="${kind}" x="${at[0]}" y="${at[1]}" text-anchor="${anchor}">${words}</text>`;

/** A line chart as SVG, coloured by the page's styles; null with fewer than two points. */
export function drawChart({ label, lines, x, range: [low, high], marks = [], width, height }: Chart): Markup | null {
  const shown = lines.map(({ points, faint = false }) => ({ faint, points: thin(points.filter(finite)) }));
  const xs = shown.flatMap(({ points }) => points.map(([at]) => at));
  const [first, last] = [Math.min(...xs), Math.max(...xs)];
  if (!(first < last)) return null;
  const [left, right] = [edges.left, width - edges.right];
  const [top, bottom] = [edges.top + markHeight * marks.length, height - edges.bottom];
  const logarithmic = x.scale === 'logarithmic';
  const along = (at: number): number => (logarithmic ? Math.log10(at / first) : at - first) || 0;
  const across = (at: number): number => round(left + (along(at) / along(last)) * (right - left));
  const up = (value: number): number => {
    const share = (value - low) / (high - low || Math.abs(high) || 1);
    return round(bottom - Math.min(1, Math.max(0, share)) * (bottom - top));
  };
  const levels = [low, (low + high) / 2, high].map((value) => [
    line('grid', [left, up(value)], [right, up(value)]),
    text(readable(value), [left - 8, up(value) + 4], 'end'),
  ]);
  const ticks = (logarithmic ? decades(first, last) : [first, last]).map((at) => [
    line('grid', [across(at), top], [across(at), bottom]),
    text(logarithmic ? `1e${Math.round(Math.log10(at))}` : readable(at), [across(at), bottom + 18], 'middle'),
  ]);
  const behindFirst = shown.toSorted((a, b) => Number(b.faint) - Number(a.faint));
  const paths = behindFirst.map(({ points, faint }) => {
    const path = points.map(([at, value], i) => `${i === 0 ? 'M' : 'L'}${across(at)} ${up(value)}`).join('');
    return html`<path class="${faint ? 'faint' : 'line'}" d="${path}" />`;
  });
  const marked = marks.map((mark, i) => [
    line('mark', [across(mark.x), top], [across(mark.x), bottom]),
    text(mark.name, [across(mark.x) + 4, edges.top + markHeight * i], 'start', 'mark'),
  ]);
  const name = text(x.name, [(left + right) / 2, height - 6], 'middle');
  return html`<svg
    class="chart"
    role="img"
    aria-label="${label}"
    viewBox="0 0 ${width} ${height}"
    style="max-width:${width}px"
  >
    ${[levels, ticks, paths, marked, name]}
  </svg>`;
}
