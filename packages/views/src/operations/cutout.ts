import type { Cutout } from '../policy.js';
import type { ViewOperation } from '../view-operation.js';

export const cutout: ViewOperation<Cutout> = {
  phase: 'image',
  run: ({ random, image, size, channels }, { side, fill }) => {
    const length = Math.round(random.between(side) * size);
    const left = random.integer(size) - (length >> 1);
    const top = random.integer(size) - (length >> 1);
    const right = Math.min(size, left + length);
    for (let row = Math.max(0, top); row < Math.min(size, top + length); row++)
      image.fill(fill, (row * size + Math.max(0, left)) * channels, (row * size + right) * channels);
  },
};
