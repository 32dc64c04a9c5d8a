import type { Greyscale } from '../policy.js';
import type { ViewOperation } from '../view-kit.js';

export const greyscale: ViewOperation<Greyscale> = {
  phase: 'picture',
  run: ({ picture, channels }, _operation, { vision }) => {
    if (channels >= 3) vision.greyscaleInPlace(picture, channels);
  },
};
