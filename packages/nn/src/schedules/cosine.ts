import type { Schedule } from './schedule.js';

/**
 * Cosine annealing from `base` at step 0 to `minimum` at step `total` (Loshchilov and Hutter 2017, without restarts).
 */
export function cosine({ base, minimum = 0, total }: { base: number; minimum?: number; total: number }): Schedule {
  return (step) => minimum + ((base - minimum) * (1 + Math.cos((Math.PI * Math.min(step, total)) / total))) / 2;
}

/**
 * Linear rise from `start` at step 0 to `base` at step `warmup`, then cosine annealing to `minimum` at step `total`.
 */
export function warmupCosine(options: {
  base: number;
  minimum?: number;
  start?: number;
  warmup: number;
  total: number;
}): Schedule {
  const { base, minimum = 0, start = 0, warmup, total } = options;
  const fall = cosine({ base, minimum, total: Math.max(1, total - warmup) });
  return (step) => (step < warmup ? start + ((base - start) * step) / warmup : fall(step - warmup));
}

/** Momentum of a teacher's average: `start` at step 0, `end` at step `total`, along half a cosine (BYOL 2020). */
export function risingCosine({ start, end = 1, total }: { start: number; end?: number; total: number }): Schedule {
  return (step) => end - ((end - start) * (Math.cos((Math.PI * Math.min(step, total)) / total) + 1)) / 2;
}
