import type { HorizontalFlip } from '../policy.js';
import type { ViewOperation } from '../view-operation.js';

export const horizontalFlip: ViewOperation<HorizontalFlip> = {
  phase: 'geometry',
  run: ({ geometry }) => {
    geometry.cx += geometry.ax * geometry.width;
    geometry.cy += geometry.ay * geometry.width;
    geometry.ax = -geometry.ax;
    geometry.ay = -geometry.ay;
  },
};
