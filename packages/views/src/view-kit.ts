import type * as vision from '@twoshot/vision';
import type { Operation, OperationName, Policy } from './policy.js';
import type { ViewJob, WorkerContent } from './view-job.js';
import type { ViewRandom } from './view-random.js';
import type { PictureSize, ViewState } from './view-state.js';

/** Makes the views of one set of pictures; keeps its working memory between views. */
export interface ViewMaker {
  /**
   * Writes the view of the picture at `source[origin]` to `out[offset]`, [size, size, channels].
   * `index` is the picture's own number in its set; with seed, step and view it settles every random choice.
   */
  make(
    source: Uint8Array,
    origin: number,
    numbers: { readonly seed: number; readonly step: number; readonly index: number; readonly view: number },
    out: Float32Array,
    offset: number,
  ): void;
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
