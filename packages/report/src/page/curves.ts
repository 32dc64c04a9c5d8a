import { drawChart, html, type Markup } from '@twoshot/page';

/**
 * A small chart of one curve of a model, null without two finite values; the range ignores the first 2 % of steps,
 * where losses are far from their later values.
 *
 * @param points `[step, value]`, steps ascending
 */
export function drawCurve(title: string, points: readonly (readonly [number, number])[]): Markup | null {
  const finite = points.filter(([, value]) => Number.isFinite(value));
  if (finite.length < 2) return null;
  const [first, last] = [finite[0]![0], finite.at(-1)![0]];
  const settled = finite.filter(([step]) => step >= first + (last - first) * 0.02);
  const values = (settled.length > 1 ? settled : finite).map(([, value]) => value);
  const chart = drawChart({
    label: title,
    lines: [{ points: finite }],
    x: { name: 'step', scale: 'linear' },
    range: [Math.min(...values), Math.max(...values)],
    width: 340,
    height: 170,
  });
  return (
    chart &&
    html`<figure class="curve">
      <figcaption>${title}</figcaption>
      ${chart}
    </figure>`
  );
}
