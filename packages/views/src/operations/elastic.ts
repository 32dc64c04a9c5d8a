import type { Elastic } from '../policy.js';
import type { ViewOperation } from '../view-operation.js';

/**
 * Simard et al. 2003 smooth white noise with a wide Gaussian; a cubic B-spline through few random nodes is the same
 * kind of field for a fraction of the work.
 */
export const elastic: ViewOperation<Elastic> = {
  phase: 'geometry',
  run: ({ random, geometry, size, height, width, scratch }, { strength, nodes }) => {
    const reach = random.between(strength);
    const side = nodes + 3;
    // Rows of the spline first: scratch[0 ..] holds the nodes, then [side, size] half-done sums.
    for (const shift of [geometry.shiftX, geometry.shiftY]) {
      for (let node = 0; node < side * side; node++) scratch[node] = (2 * random.next() - 1) * reach;
      const half = side * side;
      const step = nodes / size;
      for (let u = 0; u < size; u++) {
        const place = (u + 0.5) * step;
        const first = Math.floor(place);
        const t = place - first;
        const w0 = ((1 - t) * (1 - t) * (1 - t)) / 6;
        const w1 = (3 * t * t * t - 6 * t * t + 4) / 6;
        const w3 = (t * t * t) / 6;
        const w2 = 1 - w0 - w1 - w3;
        for (let row = 0; row < side; row++) {
          const at = row * side + first;
          scratch[half + row * size + u] =
            w0 * scratch[at]! + w1 * scratch[at + 1]! + w2 * scratch[at + 2]! + w3 * scratch[at + 3]!;
        }
      }
      for (let v = 0; v < size; v++) {
        const place = (v + 0.5) * step;
        const first = Math.floor(place);
        const t = place - first;
        const w0 = ((1 - t) * (1 - t) * (1 - t)) / 6;
        const w1 = (3 * t * t * t - 6 * t * t + 4) / 6;
        const w3 = (t * t * t) / 6;
        const w2 = 1 - w0 - w1 - w3;
        const r0 = half + first * size;
        const r1 = r0 + size;
        const r2 = r1 + size;
        const r3 = r2 + size;
        for (let u = 0; u < size; u++)
          shift[v * size + u] =
            w0 * scratch[r0 + u]! + w1 * scratch[r1 + u]! + w2 * scratch[r2 + u]! + w3 * scratch[r3 + u]!;
      }
    }
    geometry.displaced = true;
    geometry.left = 0;
    geometry.right = width;
    geometry.top = 0;
    geometry.bottom = height;
  },
};
