import type { Images } from '@twoshot/artifact';
import type { PixelBatch } from '../prepare-training.js';
import type { Policy, ViewSource } from '@twoshot/views';

/** From step `from` on views have side `size`. */
export interface SizeSpan {
  readonly from: number;
  readonly size: number;
}

/**
 * Small views first, larger ones after a fraction of the steps; by steps, so that the same recipe has the same result.
 */
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

/** Views of one kind. */
export interface ViewGroup {
  /** Views of every image. */
  readonly count: number;
  /** Their side relative to that of the step; default 1. */
  readonly scale?: number;
  /** Range of the area fraction of their crops, in place of the policy's. */
  readonly area?: readonly [number, number];
}

export interface SizedBatch extends PixelBatch {
  /** Images; the views of a group are ordered by view, then by image. */
  readonly positions: Uint32Array;
}

export interface SizedViews {
  /** Views of a batch; later batches are prepared meanwhile. */
  batch(number: number): Promise<SizedBatch>;
  close(): Promise<void>;
}

/** Views in groups whose side depends on the step, prepared ahead by worker threads. */
export async function createSizedViews(
  policy: Policy,
  images: Images,
  options: {
    groups: readonly ViewGroup[];
    seed: (purpose: string) => number;
    steps: number;
    /** Batches of a step (default 1). */
    accumulate?: number;
    spans: readonly SizeSpan[];
    /** Maximum worker threads. */
    threads: number;
    /** Of a batch. */
    positions: (number: number) => Uint32Array;
  },
): Promise<SizedViews> {
  const { createViews } = await import('@twoshot/views');
  const { groups, seed, steps, accumulate = 1, spans, threads, positions } = options;
  const sources = new Map<SizeSpan, readonly ViewSource[]>();
  const sourcesOf = (number: number): readonly ViewSource[] => {
    const span = spans.findLast(({ from }) => number >= from * accumulate)!;
    const made =
      sources.get(span) ??
      groups.map((group, at) =>
        createViews(policyOfGroup(policy, group, span.size), images, {
          views: group.count,
          seed: seed(at === 0 ? 'views' : `views ${at}`),
          threads,
        }),
      );
    sources.set(span, made);
    return made;
  };
  return {
    async batch(number) {
      const rows = positions(number);
      const own = sourcesOf(number);
      const made = own.map((source) => source.batch(number, rows));
      for (let ahead = number + 1; ahead <= Math.min(number + depth, steps * accumulate - 1); ahead++)
        for (const source of sourcesOf(ahead)) source.prefetch(ahead, positions(ahead));
      const pixels = await Promise.all(made);
      return { positions: rows, groups: own.map(({ size }, at) => ({ pixels: pixels[at]!, size })) };
    },
    async close() {
      await Promise.all([...sources.values()].flat().map((source) => source.close()));
    },
  };
}

function policyOfGroup(policy: Policy, { scale = 1, area }: ViewGroup, size: number): Policy {
  const operations =
    area === undefined
      ? policy.operations
      : policy.operations.map((operation) => (operation.op === 'resized-crop' ? { ...operation, area } : operation));
  return { ...policy, size: Math.max(4, Math.round(scale * size)), operations };
}

/** Batches prepared beyond the requested one. */
const depth = 1;
