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

export interface SizedBatch {
  /** [views x positions, size, size, channels] */
  readonly pixels: Float32Array;
  readonly size: number;
  readonly positions: Uint32Array;
}

export interface SizedViews {
  /** Views of a batch; later ones are prepared meanwhile. */
  batch(number: number): Promise<SizedBatch>;
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
    /** Batches of a step (default 1). */
    accumulate?: number;
    spans: readonly SizeSpan[];
    /** Of a batch. */
    positions: (number: number) => Uint32Array;
  },
): Promise<SizedViews> {
  const { createViews } = await import('@twoshot/views');
  const { views, seed, steps, accumulate = 1, spans, positions } = options;
  const sources = new Map<SizeSpan, ViewSource>();
  const spanOf = (number: number): SizeSpan => spans.findLast(({ from }) => number >= from * accumulate)!;
  const sourceOf = (number: number): ViewSource => {
    const span = spanOf(number);
    const source = sources.get(span) ?? createViews({ ...policy, size: span.size }, images, { views, seed, threads });
    sources.set(span, source);
    return source;
  };
  return {
    async batch(number) {
      const rows = positions(number);
      const made = sourceOf(number).batch(number, rows);
      for (let ahead = number + 1; ahead <= Math.min(number + depth, steps * accumulate - 1); ahead++)
        sourceOf(ahead).prefetch(ahead, positions(ahead));
      return { pixels: await made, size: spanOf(number).size, positions: rows };
    },
    async close() {
      await Promise.all([...sources.values()].map((source) => source.close()));
    },
  };
}

/** Worker threads beside the engine's own; views take a small part of a step's time. */
const threads = 1;
/** Batches that are prepared beyond the one asked for. */
const depth = 1;
