import { requireFinitePlane } from '../finite.js';
import type { Plane } from '../image.js';

export interface OrientationWindow {
  /** Centre of the window, pixels of the plane. */
  readonly x: number;
  readonly y: number;
  /** Largest distance of a pixel from the centre in a row or column. */
  readonly radius: number;
  /** Of the Gaussian that weights the pixels, in pixels. */
  readonly sigma: number;
  /** Bins of the full turn. */
  readonly bins?: number;
}

/**
 * Histogram of the gradient's directions about a place, weighted by magnitude and distance, smoothed by
 * 1 4 6 4 1 / 16: [bins], bin 0 is centred on the direction to the right, the next ones turn towards below (Lowe
 * 2004, section 5). Pixels without four neighbours do not count.
 */
export function orientationHistogram(plane: Plane, window: OrientationWindow): Float64Array {
  const { height, width, data } = plane;
  const { x, y, radius, sigma, bins = 36 } = window;
  const raw = new Float64Array(bins);
  let total = 0;
  const top = Math.max(1, Math.ceil(y - radius));
  const bottom = Math.min(height - 2, Math.floor(y + radius));
  const left = Math.max(1, Math.ceil(x - radius));
  const right = Math.min(width - 2, Math.floor(x + radius));
  const spread = -1 / (2 * sigma * sigma);
  for (let row = top; row <= bottom; row++)
    for (let column = left; column <= right; column++) {
      const at = row * width + column;
      const dx = (data[at + 1]! - data[at - 1]!) / 2;
      const dy = (data[at + width]! - data[at - width]!) / 2;
      const weight = Math.exp(spread * ((column - x) * (column - x) + (row - y) * (row - y)));
      const turns = Math.atan2(dy, dx) / (2 * Math.PI);
      const bin = (Math.floor((turns < 0 ? turns + 1 : turns) * bins + 0.5) + bins) % bins;
      const vote = weight * Math.sqrt(dx * dx + dy * dy);
      total += vote;
      raw[bin]! += vote;
    }
  if (!Number.isFinite(total)) requireFinitePlane(plane);
  return raw.map(
    (own, bin) =>
      (6 * own +
        4 * (raw[(bin + 1) % bins]! + raw[(bin + bins - 1) % bins]!) +
        raw[(bin + 2) % bins]! +
        raw[(bin + bins - 2) % bins]!) /
      16,
  );
}

/**
 * Strict local maxima of a circular histogram of at least `peakRatio` of the highest, highest first, each refined
 * by the parabola through three bins: radians in [0, 2 pi).
 */
export function dominantOrientations(histogram: ArrayLike<number>, peakRatio = 0.8): Float64Array {
  const bins = histogram.length;
  const peaks: { height: number; angle: number }[] = [];
  let highest = 0;
  for (let bin = 0; bin < bins; bin++) highest = Math.max(highest, histogram[bin]!);
  for (let bin = 0; bin < bins; bin++) {
    const own = histogram[bin]!;
    const before = histogram[(bin + bins - 1) % bins]!;
    const after = histogram[(bin + 1) % bins]!;
    if (own <= before || own <= after || own < peakRatio * highest) continue;
    const place = bin + (0.5 * (before - after)) / (before - 2 * own + after);
    peaks.push({ height: own, angle: (((place + bins) % bins) / bins) * 2 * Math.PI });
  }
  return Float64Array.from(peaks.sort((first, second) => second.height - first.height).map(({ angle }) => angle));
}
