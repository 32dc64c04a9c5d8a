import type { WeightTensor } from '../weights/layout.js';

/**
 * A tensor in PyTorch's layout that follows from its name alone: what tools/reference/backbones.py fills the networks
 * of torchvision and timm with. Filters keep the variance, statistics are those of a network that was trained.
 */
export function formulaTensor(name: string, shape: readonly number[]): WeightTensor {
  const data = formulaUniform(
    name,
    shape.reduce((product, side) => product * side, 1),
  );
  const map = mapOf(name, shape);
  for (let i = 0; i < data.length; i++) data[i] = map(data[i]!);
  return { shape, data };
}

/** Values in [-2, 2) of [batch, height, width, channels]. */
export function formulaImages(shape: readonly [number, number, number, number]): Float32Array {
  return formulaUniform(
    'images',
    shape.reduce((product, side) => product * side),
  ).map((u) => 4 * u - 2);
}

function mapOf(name: string, shape: readonly number[]): (u: number) => number {
  if (name.endsWith('running_var')) return (u) => 0.5 + u;
  if (shape.length > 1) {
    const bound = Math.sqrt(3 / shape.slice(1).reduce((product, side) => product * side, 1));
    return (u) => (2 * u - 1) * bound;
  }
  return name.endsWith('weight') ? (u) => 0.75 + u / 2 : (u) => (2 * u - 1) / 5;
}

/** Numbers in [0, 1) of 24 bits: the name's FNV-1a hash, counted up, through the finaliser of MurmurHash3. */
export function formulaUniform(name: string, count: number): Float32Array {
  let seed = 2166136261;
  for (const byte of Buffer.from(name)) seed = Math.imul(seed ^ byte, 16777619);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    let h = Math.imul(i, 0x9e3779b9) + seed;
    h ^= h >>> 16;
    h = Math.imul(h, 0x85ebca6b);
    h ^= h >>> 13;
    h = Math.imul(h, 0xc2b2ae35);
    h ^= h >>> 16;
    values[i] = (h >>> 8) / 16777216;
  }
  return values;
}
