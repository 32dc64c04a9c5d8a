import type { Layout } from '../module.js';

/** Values of one parameter or buffer in PyTorch's layout. */
export interface WeightTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const ordersToTorch = { filter: [3, 2, 0, 1], matrix: [1, 0] } as const;

/** From the layout in memory ([h, w, in, out], [in, out]) to PyTorch's ([out, in, h, w], [out, in]). */
export function toTorch({ shape, data }: WeightTensor, layout: Layout): WeightTensor {
  if (layout === 'plain') return { shape, data };
  return permute({ shape, data }, ordersToTorch[layout]);
}

/** The shape of a tensor in memory as PyTorch has it. */
export const torchShape = (shape: readonly number[], layout: Layout): readonly number[] =>
  layout === 'plain' ? shape : ordersToTorch[layout].map((axis) => shape[axis]!);

/** The inverse of {@link toTorch}. */
export function fromTorch({ shape, data }: WeightTensor, layout: Layout): WeightTensor {
  if (layout === 'plain') return { shape, data };
  return permute({ shape, data }, layout === 'filter' ? [2, 3, 1, 0] : [1, 0]);
}

/** Axis i of the result is axis `order[i]` of the source. */
function permute({ shape, data }: WeightTensor, order: readonly number[]): WeightTensor {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, side) => product * side, 1));
  const turned = order.map((axis) => shape[axis]!);
  const steps = order.map((axis) => strides[axis]!);
  const result = new Float32Array(data.length);
  const last = turned.length - 1;
  const row = turned[last]!;
  const step = steps[last]!;
  const place = turned.map(() => 0);
  let source = 0;
  for (let start = 0; start < result.length; start += row) {
    for (let i = 0; i < row; i++) result[start + i] = data[source + i * step]!;
    for (let axis = last - 1; axis >= 0; axis--) {
      place[axis]!++;
      source += steps[axis]!;
      if (place[axis]! < turned[axis]!) break;
      source -= steps[axis]! * turned[axis]!;
      place[axis] = 0;
    }
  }
  return { shape: turned, data: result };
}
