import type { Operation, Policy } from './policy.js';
import type { Kit, Phase, ViewMaker, ViewOperation } from './view-kit.js';
import type { PictureSize, ViewState } from './view-state.js';

/** Part of the worker's kit: refers to nothing outside its arguments. */
export function createViewMaker(policy: Policy, { height, width, channels }: PictureSize, kit: Kit): ViewMaker {
  const { size, normalise } = policy;
  const pixels = size * size;
  const state: ViewState = {
    random: kit.createViewRandom(),
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
    picture: new Float32Array(pixels * channels),
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
      const { phase, run }: ViewOperation<Operation> = kit.operations[operation.op];
      if (phase === 'choice') run(state, operation, kit);
      else state.chosen.push(operation);
    }
  }
  function perform(wanted: Phase): void {
    for (const operation of state.chosen) {
      const { phase, run }: ViewOperation<Operation> = kit.operations[operation.op];
      if (phase === wanted) run(state, operation, kit);
    }
  }

  return {
    make(source, origin, { seed, step, index, view }, out, offset) {
      const { geometry, picture } = state;
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
      kit.resample(state);
      perform('picture');
      let at = 0;
      for (let pixel = 0; pixel < pixels; pixel++)
        for (let channel = 0; channel < channels; channel++, at++)
          out[offset + at] = (picture[at]! - mean[channel]!) * gain[channel]!;
    },
  };
}
