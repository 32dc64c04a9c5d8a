import { requireFiniteRows } from '../finite.js';
import type { SiftFeatures } from '../sift/sift.js';
import { ratioMatch } from './ratio-match.js';

export interface RepeatabilityOptions {
  /** Of the ratio test. */
  readonly ratio: number;
  /** Largest distance of a correct match, pixels. */
  readonly maxDistance: number;
  /** Largest distance of a keypoint found again, pixels. */
  readonly foundWithin?: number;
  /** Keypoints that land nearer to the border of the changed image are left out, pixels. */
  readonly margin?: number;
}

export interface Repeatability {
  /** Share of the keypoints that land inside the changed image and are found there again. */
  readonly repeatability: number;
  readonly correctMatches: number;
  /** Share of the matches that are correct. */
  readonly precision: number;
}

/**
 * How well the keypoints of an image are found again after a known change (Mikolajczyk et al. 2005, by place only).
 *
 * @param transform [2, 3] maps (x, y, 1) of the image to the changed one
 */
export function measureRepeatability(
  original: SiftFeatures,
  changed: SiftFeatures,
  transform: ArrayLike<number>,
  size: { readonly height: number; readonly width: number },
  { ratio, maxDistance, foundWithin = 2.5, margin = 4 }: RepeatabilityOptions,
): Repeatability {
  requireFiniteRows(transform, 3, 'transform');
  const mapped = original.keypoints.map(({ x, y }) => ({
    x: transform[0]! * x + transform[1]! * y + transform[2]!,
    y: transform[3]! * x + transform[4]! * y + transform[5]!,
  }));
  const candidates = mapped.filter(
    ({ x, y }) => x >= margin && y >= margin && x <= size.width - 1 - margin && y <= size.height - 1 - margin,
  );
  const found = candidates.filter((place) => changed.keypoints.some((other) => distance(place, other) <= foundWithin));
  const length = original.descriptors.length / Math.max(1, original.keypoints.length);
  const { first, second } = ratioMatch(original.descriptors, changed.descriptors, length, ratio);
  const correctMatches = first.reduce((count, row, at) => {
    const near = distance(mapped[row]!, changed.keypoints[second[at]!]!) <= maxDistance;
    return near ? count + 1 : count;
  }, 0);
  return {
    repeatability: candidates.length === 0 ? 0 : found.length / candidates.length,
    correctMatches,
    precision: first.length === 0 ? 0 : correctMatches / first.length,
  };
}

function distance(first: { x: number; y: number }, second: { x: number; y: number }): number {
  return Math.hypot(first.x - second.x, first.y - second.y);
}
