import type { Images } from '@twoshot/artifact';
import type { Policy, ViewSource } from '@twoshot/views';

/** From step `from` on views have side `size`. */
export interface SizeSpan {
  readonly from: number;
  readonly size: number;
}

/** Small views first, larger ones from a share of the steps on; by steps, so that the same recipe gives the same result. */
export function sizeSpans(options: {
  steps: number;
  size: number;
  lateSize: number;
  switchAt: number;
}): readonly SizeSpan[] {
  const { steps, size, lateSize, switchAt } = options;
  const from = Math.round(steps * switchAt);
  if (lateSize === size || from >= steps) return [{ from: 0, size }];
  return from === 0
    ? [{ from: 0, size: lateSize }]
    : [
        { from: 0, size },
        { from, size: lateSize },
      ];
}

export interface SizedViews {
  /** [views x positions, side, side, channels] of a step, and the side; later steps are prepared meanwhile. */
  batch(step: number): Promise<{ pixels: Float32Array; size: number; positions: Uint32Array }>;
  close(): Promise<void>;
}

/** Views whose side follows the step, made ahead by worker threads. */
export async function createSizedViews(
  policy: Policy,
  images: Images,
  options: {
    views: number;
    seed: number;
    steps: number;
    spans: readonly SizeSpan[];
    positions: (step: number) => Uint32Array;
  },
): Promise<SizedViews> {
  const { createViews } = await import('@twoshot/views');
  const { views, seed, steps, spans, positions } = options;
  const sources = new Map<SizeSpan, ViewSource>();
  const spanOf = (step: number): SizeSpan => spans.findLast(({ from }) => step >= from)!;
  const sourceOf = (step: number): ViewSource => {
    const span = spanOf(step);
    const source = sources.get(span) ?? createViews({ ...policy, size: span.size }, images, { views, seed, threads });
    sources.set(span, source);
    return source;
  };
  return {
    async batch(step) {
      const rows = positions(step);
      const made = sourceOf(step).batch(step, rows);
      for (let ahead = step + 1; ahead <= Math.min(step + depth, steps - 1); ahead++)
        sourceOf(ahead).prefetch(ahead, positions(ahead));
      return { pixels: await made, size: spanOf(step).size, positions: rows };
    },
    async close() {
      await Promise.all([...sources.values()].map((source) => source.close()));
    },
  };
}

/** Worker threads beside the engine's own; views take a small part of a step's time. */
const threads = 1;
/** Steps that are prepared beyond the one asked for. */
const depth = 1;
