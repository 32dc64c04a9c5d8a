import type { Stroke } from '../policy.js';
import type { ViewOperation } from '../view-operation.js';

/** Blends the image with its 3x3 maximum (thicker) or minimum (thinner); outside pixels never count. */
export const stroke: ViewOperation<Stroke> = {
  phase: 'source',
  run: (state, { strength }) => {
    const { source, origin, height, width, channels, scratch, redrawn } = state;
    const share = state.random.between(strength);
    const thicker = share > 0;
    const blend = Math.abs(share);
    const line = width * channels;
    for (let row = 0; row < height; row++) {
      const start = origin + row * line;
      for (let place = 0; place < line; place++) {
        const at = start + place;
        let best = source[at]!;
        if (place >= channels) {
          const other = source[at - channels]!;
          if (other > best === thicker) best = other;
        }
        if (place < line - channels) {
          const other = source[at + channels]!;
          if (other > best === thicker) best = other;
        }
        scratch[row * line + place] = best;
      }
    }
    for (let row = 0; row < height; row++) {
      for (let place = 0; place < line; place++) {
        const at = row * line + place;
        let best = scratch[at]!;
        if (row > 0) {
          const other = scratch[at - line]!;
          if (other > best === thicker) best = other;
        }
        if (row < height - 1) {
          const other = scratch[at + line]!;
          if (other > best === thicker) best = other;
        }
        const own = source[origin + at]!;
        redrawn[at] = own + blend * (best - own) + 0.5;
      }
    }
    state.source = redrawn;
    state.origin = 0;
  },
};
