import type { Schedule } from './schedule.js';

/** `base`, multiplied by `gamma` at each of the `milestones`, from that step on. */
export function multiStep(options: { base: number; milestones: readonly number[]; gamma: number }): Schedule {
  const { base, milestones, gamma } = options;
  return (step) => base * gamma ** milestones.filter((milestone) => step >= milestone).length;
}
