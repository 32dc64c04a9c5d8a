import { availableParallelism, totalmem } from 'node:os';
import type { Limits } from '../schedule/capacity.js';

/** Part of the memory that stages may take together. */
const share = 0.9;
const mebibyte = 1 << 20;

/** What the machine, or the container, lets stages take. */
export function limitsOf(jobs: number | undefined): Limits {
  const cpus = availableParallelism();
  const constrained = process.constrainedMemory();
  // Without a limit some kernels answer with a number beyond any memory.
  const memory = Math.min(totalmem(), constrained > 0 ? constrained : Infinity);
  return { cpus, memory: Math.floor((share * memory) / mebibyte), jobs: jobs ?? cpus };
}
