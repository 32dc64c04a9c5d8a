import { drawChart, html, pageDocument, section } from '@twoshot/page';

/** Content of the page about a range test. */
export interface RatePage {
  /** Description of the training. */
  readonly title: string;
  /** [n] rising */
  readonly rates: readonly number[];
  /** [n] */
  readonly losses: readonly number[];
  /** [n] */
  readonly smoothed: readonly number[];
  /** Marked learning rates, with their labels. */
  readonly marks: readonly { readonly name: string; readonly learningRate: number }[];
}

/** A page with the losses over the learning rates, on a logarithmic axis. */
export function learningRatePage({ title, rates, losses, smoothed, marks }: RatePage): string {
  const shown = smoothed.filter((value) => Number.isFinite(value));
  const [low, first] = [Math.min(...shown), shown[0] ?? 1];
  // Divergence at the end would flatten the rest of the curve.
  const high = Math.max(first, low) + Math.max(first - low, Math.abs(low) * 0.05, 1e-6);
  const over = (values: readonly number[]) => values.map((value, i) => [rates[i]!, value] as const);
  const chart = drawChart({
    label: 'loss over learning rate',
    lines: [{ points: over(losses), faint: true }, { points: over(smoothed) }],
    x: { name: 'learning rate', scale: 'logarithmic' },
    range: [low, high],
    marks: marks.map(({ name, learningRate }) => ({ name: `${name} ${learningRate.toPrecision(2)}`, x: learningRate })),
    width: 760,
    height: 340,
  });
  const note =
    'Thin: the loss of every step. Thick: smoothed. A good learning rate is the one where the loss falls fastest, or a tenth of the one where it is smallest.';
  const body = html`<header><h1>${title}</h1></header>
    ${section('Loss over learning rate', chart, note)}`;
  return pageDocument(title, body);
}
