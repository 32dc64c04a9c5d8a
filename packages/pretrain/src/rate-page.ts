import { escape, pageDocument, readable } from '@twoshot/page';

/** What the page about a range test shows. */
export interface RatePage {
  /** What was trained, in words. */
  readonly title: string;
  /** [n] rising */
  readonly rates: ArrayLike<number>;
  /** [n] */
  readonly losses: ArrayLike<number>;
  /** [n] */
  readonly smoothed: ArrayLike<number>;
  /** Rates that are marked, with what they are called. */
  readonly marks: readonly { readonly name: string; readonly rate: number }[];
}

const size = { width: 760, height: 340, left: 64, right: 16, top: 40, bottom: 44 };

/** A page with the losses over the rates, which stand on a logarithmic axis. */
export function ratePage({ title, rates, losses, smoothed, marks }: RatePage): string {
  const shown = Array.from(smoothed).filter((value) => Number.isFinite(value));
  const [low, first] = [Math.min(...shown), shown[0] ?? 1];
  // What runs away at the end would flatten all before it.
  const high = Math.max(first, low) + Math.max(first - low, Math.abs(low) * 0.05, 1e-6);
  const [start, end] = [Math.log10(rates[0] ?? 1), Math.log10(rates[rates.length - 1] ?? 10)];
  const x = (rate: number): number =>
    size.left + ((Math.log10(rate) - start) / (end - start || 1)) * (size.width - size.left - size.right);
  const y = (value: number): number => {
    const share = Math.min(1, Math.max(0, (value - low) / (high - low)));
    return size.height - size.bottom - share * (size.height - size.top - size.bottom);
  };
  const path = (values: ArrayLike<number>): string =>
    Array.from(values)
      .flatMap((value, i) => (Number.isFinite(value) ? [`${x(rates[i]!).toFixed(1)} ${y(value).toFixed(1)}`] : []))
      .map((point, i) => `${i === 0 ? 'M' : 'L'}${point}`)
      .join('');
  const decades = Array.from({ length: Math.floor(end) - Math.ceil(start) + 1 }, (_, i) => Math.ceil(start) + i);
  const down = `y1="${size.top}" y2="${size.height - size.bottom}"`;
  const parts = [
    ...[low, (low + high) / 2, high].map(
      (value) =>
        `<line x1="${size.left}" x2="${size.width - size.right}" y1="${y(value)}" y2="${y(value)}"/><text x="${size.left - 8}" y="${y(value) + 4}" text-anchor="end">${readable(value)}</text>`,
    ),
    ...decades.map(
      (power) =>
        `<line x1="${x(10 ** power)}" x2="${x(10 ** power)}" ${down}/><text x="${x(10 ** power)}" y="${size.height - 24}" text-anchor="middle">1e${power}</text>`,
    ),
    `<path class="raw" d="${path(losses)}"/><path class="smooth" d="${path(smoothed)}"/>`,
    ...marks.map(
      ({ name, rate }, i) =>
        `<line class="mark" x1="${x(rate)}" x2="${x(rate)}" ${down}/><text class="mark" x="${x(rate) + 4}" y="${size.top - 22 + 14 * i}">${escape(name)} ${rate.toPrecision(2)}</text>`,
    ),
    `<text x="${(size.left + size.width) / 2}" y="${size.height - 6}" text-anchor="middle">learning rate</text>`,
  ];
  const drawing = `<svg role="img" aria-label="loss over learning rate" viewBox="0 0 ${size.width} ${size.height}">${parts.join('')}</svg>`;
  const body = `<header><h1>${escape(title)}</h1></header><section><h2>Loss over learning rate</h2><p class="note">Thin: the loss of every step. Thick: smoothed. A rate lies well where the loss falls fastest, or at a tenth of the rate where it is smallest.</p><div class="scroll">${drawing}</div></section>`;
  return pageDocument(title, body, style);
}

const style = `
svg{width:100%;max-width:${size.width}px}svg line{stroke:var(--line)}svg text{fill:var(--quiet);font:12px system-ui,sans-serif}
svg path{fill:none}svg .raw{stroke:var(--quiet);stroke-opacity:.5}svg .smooth{stroke:var(--accent);stroke-width:2.2}
svg line.mark{stroke:var(--wrong);stroke-dasharray:4 3}svg text.mark{fill:var(--wrong)}`;
