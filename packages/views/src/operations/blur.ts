import type { Blur } from '../policy.js';
import type { ViewOperation } from '../view-kit.js';

export const blur: ViewOperation<Blur> = {
  phase: 'picture',
  run: ({ random, picture, size, channels, scratch }, { sigma }, { vision }) => {
    const drawn = random.between(sigma);
    const reach = Math.min(size - 1, Math.ceil(2 * drawn));
    vision.blurInPlace(picture, size, size, channels, vision.gaussianKernel(drawn, reach), scratch);
  },
};
