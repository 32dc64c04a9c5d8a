import { readMachine } from '@twoshot/machine';
import type { Limits } from './capacity.js';

/** Part of the memory that stages may take together. */
const share = 0.9;
const mebibyte = 1 << 20;

/** What the machine, or the container, lets stages take. */
export function limitsOf(jobs: number | undefined): Limits {
  const { cores, memory } = readMachine();
  return { cores, memory: Math.floor((share * memory) / mebibyte), jobs: jobs ?? cores };
}
