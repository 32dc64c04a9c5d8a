import type { Schedule } from './schedule.js';

/** Linear rise from 0 at step 0 to the value of `schedule` at step `warmup`, then `schedule` itself. */
export function warmUp(schedule: Schedule, warmup: number): Schedule {
  return (step) => (step < warmup ? (schedule(warmup) * step) / warmup : schedule(step));
}
