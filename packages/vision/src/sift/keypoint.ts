/** A place that can be found again in a changed image. */
export interface Keypoint {
  /** Column and row of the image; pixel centres are integers. */
  readonly x: number;
  readonly y: number;
  /** Standard deviation of the blur at which it was found, in pixels of the image. */
  readonly scale: number;
  /** Dominant direction of the gradient, radians in [0, 2 pi), from right towards below. */
  readonly orientation: number;
  /** Contrast of the extremum, of values in 0..1. */
  readonly response: number;
}

/** Lowe 2004; the defaults are OpenCV's. */
export interface SiftOptions {
  /** Scales of an octave at which keypoints are looked for. */
  readonly layers?: number;
  /** Blur of an octave's first level, in its pixels. */
  readonly sigma?: number;
  /** Least contrast of an extremum times `layers`, of values in 0..1. */
  readonly contrast?: number;
  /** Largest ratio of the principal curvatures. */
  readonly edge?: number;
}

export const siftDefaults = { layers: 3, sigma: 1.6, contrast: 0.04, edge: 10 } as const;
