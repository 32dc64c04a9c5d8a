import type { Policy } from './policy.js';
import type { ImageSize } from './view-state.js';

/** The constant data of a worker. Pixels and positions are in shared memory. */
export interface WorkerContent {
  readonly policy: Policy;
  readonly images: ImageSize;
  /** [count, height, width, channels] */
  readonly pixels: Uint8Array;
  /** [count] the images' own numbers */
  readonly index: Uint32Array;
  readonly seed: number;
  readonly views: number;
}

/** A batch to make, all in shared memory. */
export interface ViewJob {
  readonly step: number;
  readonly positions: Uint32Array;
  /** [views * positions, size, size, channels] */
  readonly out: Float32Array;
  /** [next position to be taken, positions done] */
  readonly progress: Int32Array;
}
