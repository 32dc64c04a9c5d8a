import type * as vision from '@twoshot/vision';
import type { ViewMaker } from './make-view.js';
import type { Border, Operation, OperationName, Policy } from './policy.js';
import type { ViewRandom } from './view-random.js';
import type { ViewJob, WorkerContent } from './view-worker.js';

/**
 * Where the pixels of a view come from. The continuous place (x, y) of the picture as the geometric operations so
 * far left it, of `width` x `height`, lies at (ax x + bx y + cx, ay x + by y + cy) of the source picture.
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
  /** Size and channels of the source pictures. */
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** The source picture starts at `source[origin]`, [height, width, channels], 0..255. */
  source: Uint8Array;
  origin: number;
  /** [height, width, channels] room for a changed source picture. */
  readonly redrawn: Uint8Array;
  readonly geometry: Geometry;
  /** [size, size, channels], 0..1 */
  readonly picture: Float32Array;
  /** [size, size, channels] room for the picture as bytes. */
  readonly bytes: Uint8Array;
  /** Room for one picture of the view's or the source's size, whichever is larger. */
  readonly scratch: Float32Array;
}

/** When in the making of a view an operation works: see {@link Policy}. `choice` comes first and picks others. */
export type Phase = 'choice' | 'source' | 'geometry' | 'picture';

/** An operation's code. `run` refers to nothing outside its arguments, since workers receive it as text. */
export interface ViewOperation<O extends Operation> {
  readonly phase: Phase;
  run(this: void, state: ViewState, operation: O, kit: Kit): void;
}

type OperationTable = { readonly [K in OperationName]: ViewOperation<Extract<Operation, { op: K }>> };

/** All functions that make views, handed over as text to workers: none may refer to anything outside itself. */
export interface Kit {
  readonly createViewRandom: () => ViewRandom;
  readonly createViewMaker: (policy: Policy, pictures: PictureSize, kit: Kit) => ViewMaker;
  readonly createJobWorker: (content: WorkerContent, kit: Kit) => (job: ViewJob, chunk: number) => boolean;
  readonly resample: (state: ViewState) => void;
  readonly vision: VisionKit;
  readonly operations: OperationTable;
}

/** Operations on one picture that vision shares with views. */
type VisionKit = Pick<
  typeof vision,
  | 'autocontrastInPlace'
  | 'blurInPlace'
  | 'brightnessInPlace'
  | 'colourMatrixInPlace'
  | 'contrastInPlace'
  | 'equalizeInPlace'
  | 'gaussianKernel'
  | 'greyscaleInPlace'
  | 'hueInPlace'
  | 'posterizeInPlace'
  | 'saturationInPlace'
  | 'sharpnessInPlace'
  | 'solarizeInPlace'
>;

export interface PictureSize {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}
