import { operations } from './operations.js';
import type { Operation, Policy } from './policy.js';
import { resample } from './resample.js';
import type { Phase, ViewOperation } from './view-operation.js';
import { createViewRandom } from './view-random.js';
import type { ImageSize, ViewState } from './view-state.js';

/** Makes the views of one image set; reuses its working memory between views. */
interface ViewMaker {
  /**
   * Writes the view of the image at `source[origin]` to `out[offset]`, [size, size, channels]. `index` is the image's
   * index in its set; with seed, step and view it determines every random choice.
   */
  make(
    source: Uint8Array,
    origin: number,
    numbers: { readonly seed: number; readonly step: number; readonly index: number; readonly view: number },
    out: Float32Array,
    offset: number,
  ): void;
}

export function createViewMaker(policy: Policy, { height, width, channels }: ImageSize): ViewMaker {
  const { size, normalise } = policy;
  const pixels = size * size;
  const state: ViewState = {
    random: createViewRandom(),
    chosen: [],
    size,
    border: policy.border,
    height,
    width,
    channels,
    source: new Uint8Array(0),
    origin: 0,
    redrawn: new Uint8Array(height * width * channels),
    geometry: {
      width,
      height,
      ax: 1,
      bx: 0,
      cx: 0,
      ay: 0,
      by: 1,
      cy: 0,
      left: 0,
      right: width,
      top: 0,
      bottom: height,
      displaced: false,
      shiftX: new Float32Array(pixels),
      shiftY: new Float32Array(pixels),
    },
    image: new Float32Array(pixels * channels),
    bytes: new Uint8Array(pixels * channels),
    scratch: new Float32Array(Math.max(4 * pixels, pixels * channels, height * width * channels) + 4096),
  };
  const mean = Float64Array.from(
    { length: channels },
    (_, channel) => normalise?.mean[channel] ?? normalise?.mean[0] ?? 0,
  );
  const gain = Float64Array.from(
    { length: channels },
    (_, channel) => 1 / (normalise?.std[channel] ?? normalise?.std[0] ?? 1),
  );

  function choose(): void {
    state.chosen.length = 0;
    for (const operation of policy.operations) {
      const { probability } = operation;
      if (probability !== undefined && state.random.next() >= probability) continue;
      const { phase, run }: ViewOperation<Operation> = operations[operation.op];
      if (phase === 'choice') run(state, operation);
      else state.chosen.push(operation);
    }
  }
  function perform(wanted: Phase): void {
    for (const operation of state.chosen) {
      const { phase, run }: ViewOperation<Operation> = operations[operation.op];
      if (phase === wanted) run(state, operation);
    }
  }

  return {
    make(source, origin, { seed, step, index, view }, out, offset) {
      const { geometry, image } = state;
      state.random.start(seed, step, index, view);
      state.source = source;
      state.origin = origin;
      geometry.width = width;
      geometry.height = height;
      geometry.ax = 1;
      geometry.bx = 0;
      geometry.cx = 0;
      geometry.ay = 0;
      geometry.by = 1;
      geometry.cy = 0;
      geometry.left = 0;
      geometry.right = width;
      geometry.top = 0;
      geometry.bottom = height;
      geometry.displaced = false;
      choose();
      perform('source');
      perform('geometry');
      resample(state);
      perform('image');
      let at = 0;
      for (let pixel = 0; pixel < pixels; pixel++)
        for (let channel = 0; channel < channels; channel++, at++)
          out[offset + at] = (image[at]! - mean[channel]!) * gain[channel]!;
    },
  };
}
