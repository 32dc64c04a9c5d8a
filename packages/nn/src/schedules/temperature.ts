import type { Schedule } from './schedule.js';

/**
 * Linear from `start` at step 0 to `end` at step `warmup` - 1, then `end`: the teacher's temperature of DINO
 * (Caron et al. 2021).
 */
export function linearThenConstant({ start, end, warmup }: { start: number; end: number; warmup: number }): Schedule {
  return (step) => {
    if (step >= warmup) return end;
    return warmup === 1 ? start : start + ((end - start) * step) / (warmup - 1);
  };
}
