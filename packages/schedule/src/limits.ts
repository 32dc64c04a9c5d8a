import { readMachine } from '@twoshot/machine';
import type { Limits } from './capacity.js';

/** Fraction of the memory that stages may use together. */
const share = 0.9;
const mebibyte = 1 << 20;

/** What the machine, or the container, allows stages to use. */
export function limitsOf(jobs: number | undefined): Limits {
  const { cores, memory } = readMachine();
  return { cores, memory: Math.floor((share * memory) / mebibyte), jobs: jobs ?? cores };
}
