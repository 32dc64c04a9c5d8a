import { blurInPlace, gaussianKernel } from '@twoshot/vision';
import type { Blur } from '../policy.js';
import type { ViewOperation } from '../view-operation.js';

export const blur: ViewOperation<Blur> = {
  phase: 'image',
  run: ({ random, image, size, channels, scratch }, { sigma }) => {
    const drawn = random.between(sigma);
    const reach = Math.min(size - 1, Math.ceil(2 * drawn));
    blurInPlace(image, size, size, channels, gaussianKernel(drawn, reach), scratch);
  },
};
