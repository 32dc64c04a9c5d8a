import type { Random } from '@twoshot/engine/random';

/** Normal values of deviation sqrt(2 / fanIn), which keeps the variance through a ReLU (He et al. 2015). */
export function heNormal(random: Random, count: number, fanIn: number): Float32Array {
  const deviation = Math.sqrt(2 / fanIn);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = deviation * random.normal();
  return values;
}

/** Uniform values within 1 / sqrt(fanIn): PyTorch's default for dense weights and biases. */
export function fanInUniform(random: Random, count: number, fanIn: number): Float32Array {
  const bound = 1 / Math.sqrt(fanIn);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = bound * (2 * random.next() - 1);
  return values;
}

/** In place of a random stream where every weight is loaded afterwards: nothing is drawn, which is many times faster. */
export const unfilled: Random = {
  next: () => 0.5,
  integer: () => 0,
  normal: () => 0,
  shuffle: () => {},
  fork: () => unfilled,
};
