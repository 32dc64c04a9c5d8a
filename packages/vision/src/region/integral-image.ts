import { requireFinitePlane } from '../finite.js';
import type { Plane } from '../image.js';

/** Sums over upright boxes in four reads: entry [y, x] is the sum over rows < y and columns < x. */
export interface IntegralImage {
  /** [height + 1, width + 1] */
  readonly sum: Float64Array;
  /** [height + 1, width + 1] of the squares */
  readonly squaredSum: Float64Array;
}

/** Crow 1984, as OpenCV's `integral`. */
export function integralImage(plane: Plane<ArrayLike<number>>): IntegralImage {
  requireFinitePlane(plane);
  const { height, width, data } = plane;
  const line = width + 1;
  const sum = new Float64Array((height + 1) * line);
  const squaredSum = new Float64Array((height + 1) * line);
  for (let row = 0; row < height; row++) {
    let rowSum = 0;
    let rowSquares = 0;
    for (let column = 0; column < width; column++) {
      const value = data[row * width + column]!;
      rowSum += value;
      rowSquares += value * value;
      const at = (row + 1) * line + column + 1;
      sum[at] = sum[at - line]! + rowSum;
      squaredSum[at] = squaredSum[at - line]! + rowSquares;
    }
  }
  return { sum, squaredSum };
}
