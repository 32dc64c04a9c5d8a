import type { Border, Operation } from './policy.js';
import type { ViewRandom } from './view-random.js';

export interface ImageSize {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * Where the pixels of a view come from. The continuous place (x, y) of the image as the geometric operations so
 * far left it, of `width` x `height`, lies at (ax x + bx y + cx, ay x + by y + cy) of the source image.
 */
interface Geometry {
  width: number;
  height: number;
  ax: number;
  bx: number;
  cx: number;
  ay: number;
  by: number;
  cy: number;
  /** Pixels of the source that may be read, [left, right) x [top, bottom); the border starts outside. */
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** True where `shiftX` and `shiftY` hold a displacement. */
  displaced: boolean;
  /** [size, size] displacement in source pixels */
  readonly shiftX: Float32Array;
  readonly shiftY: Float32Array;
}

/** What an operation works on while one view is made. */
export interface ViewState {
  readonly random: ViewRandom;
  /** Operations of this view; those of the phase `choice` add to it. */
  readonly chosen: Operation[];
  readonly size: number;
  readonly border: Border;
  /** Size and channels of the source images. */
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** The source image starts at `source[origin]`, [height, width, channels], 0..255. */
  source: Uint8Array;
  origin: number;
  /** [height, width, channels] room for a changed source image. */
  readonly redrawn: Uint8Array;
  readonly geometry: Geometry;
  /** [size, size, channels], 0..1 */
  readonly image: Float32Array;
  /** [size, size, channels] room for the image as bytes. */
  readonly bytes: Uint8Array;
  /** Room for one image of the view's or the source's size, whichever is larger. */
  readonly scratch: Float32Array;
}
