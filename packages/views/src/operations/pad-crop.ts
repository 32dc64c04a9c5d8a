import type { PadCrop } from '../policy.js';
import type { ViewOperation } from '../view-operation.js';

export const padCrop: ViewOperation<PadCrop> = {
  phase: 'geometry',
  run: ({ random, geometry }, { padding }) => {
    const left = random.integer(2 * padding + 1) - padding;
    const top = random.integer(2 * padding + 1) - padding;
    geometry.cx += geometry.ax * left + geometry.bx * top;
    geometry.cy += geometry.ay * left + geometry.by * top;
  },
};
