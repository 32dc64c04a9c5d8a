import type { Layout } from '../module.js';

/** Values of one parameter or buffer in PyTorch's layout. */
export interface WeightTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** From the layout in memory ([h, w, in, out], [in, out]) to PyTorch's ([out, in, h, w], [out, in]). */
export function toTorch({ shape, data }: WeightTensor, layout: Layout): WeightTensor {
  if (layout === 'plain') return { shape, data };
  return permute({ shape, data }, layout === 'filter' ? [3, 2, 0, 1] : [1, 0]);
}

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
  const place = turned.map(() => 0);
  let source = 0;
  for (let i = 0; i < result.length; i++) {
    result[i] = data[source]!;
    for (let axis = turned.length - 1; axis >= 0; axis--) {
      place[axis]!++;
      source += steps[axis]!;
      if (place[axis]! < turned[axis]!) break;
      source -= steps[axis]! * turned[axis]!;
      place[axis] = 0;
    }
  }
  return { shape: turned, data: result };
}
