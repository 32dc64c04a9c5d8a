import type { Random } from '@twoshot/engine/random';

/** Normal values of deviation sqrt(2 / fanIn), which keeps the variance through a ReLU (He et al. 2015). */
export function heNormal(random: Random, count: number, fanIn: number): Float32Array {
  const deviation = Math.sqrt(2 / fanIn);
  return Float32Array.from({ length: count }, () => deviation * random.normal());
}

/** Uniform values within 1 / sqrt(fanIn): PyTorch's default for dense weights and biases. */
export function fanInUniform(random: Random, count: number, fanIn: number): Float32Array {
  const bound = 1 / Math.sqrt(fanIn);
  return Float32Array.from({ length: count }, () => bound * (2 * random.next() - 1));
}
