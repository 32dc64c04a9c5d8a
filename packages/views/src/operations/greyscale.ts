import { greyscaleInPlace } from '@twoshot/vision';
import type { Greyscale } from '../policy.js';
import type { ViewOperation } from '../view-operation.js';

export const greyscale: ViewOperation<Greyscale> = {
  phase: 'image',
  run: ({ image, channels }) => {
    if (channels >= 3) greyscaleInPlace(image, channels);
  },
};
