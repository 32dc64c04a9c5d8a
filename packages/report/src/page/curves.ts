import { escape, readable } from '@twoshot/page';

export interface Curve {
  readonly title: string;
  /** `[step, value]`, steps ascending */
  readonly points: readonly (readonly [number, number])[];
}

const size = { width: 340, height: 170, left: 48, right: 10, top: 12, bottom: 24 };

/** A small line chart as SVG; the value range leaves out the first 2 % of steps, where losses start far away. */
export function drawCurve({ title, points }: Curve): string {
  const finite = points.filter(([, value]) => Number.isFinite(value));
  if (finite.length < 2) return '';
  const [first, last] = [finite[0]![0], finite.at(-1)![0]];
  const settled = finite.filter(([step]) => step >= first + (last - first) * 0.02);
  const values = (settled.length > 1 ? settled : finite).map(([, value]) => value);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const spread = high - low || Math.abs(high) || 1;
  const x = (step: number): number =>
    size.left + ((step - first) / (last - first || 1)) * (size.width - size.left - size.right);
  const y = (value: number): number => {
    const share = Math.min(1, Math.max(0, (value - low) / spread));
    return size.height - size.bottom - share * (size.height - size.top - size.bottom);
  };
  const path = thin(finite, 400)
    .map(([step, value], i) => `${i === 0 ? 'M' : 'L'}${x(step).toFixed(1)} ${y(value).toFixed(1)}`)
    .join('');
  const ticks = [low, (low + high) / 2, high].map(
    (value) =>
      `<line x1="${size.left}" x2="${size.width - size.right}" y1="${y(value)}" y2="${y(value)}"/><text x="${size.left - 6}" y="${y(value) + 4}" text-anchor="end">${readable(value)}</text>`,
  );
  return `<figure class="curve"><figcaption>${escape(title)}</figcaption><svg role="img" aria-label="${escape(title)}" viewBox="0 0 ${size.width} ${size.height}">${ticks.join('')}<text x="${size.left}" y="${size.height - 6}">step ${first}</text><text x="${size.width - size.right}" y="${size.height - 6}" text-anchor="end">${last}</text><path d="${path}"/></svg></figure>`;
}

/** Means of equal stretches, so that a long curve stays a small file. */
function thin(points: Curve['points'], most: number): (readonly [number, number])[] {
  if (points.length <= most) return [...points];
  const stretch = points.length / most;
  return Array.from({ length: most }, (_, i) => {
    const part = points.slice(Math.floor(i * stretch), Math.floor((i + 1) * stretch));
    return [part.at(-1)![0], part.reduce((sum, [, value]) => sum + value, 0) / part.length] as const;
  });
}
