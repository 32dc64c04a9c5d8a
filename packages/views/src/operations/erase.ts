import type { Erase } from '../policy.js';
import type { ViewOperation } from '../view-operation.js';

/** Zhong et al. 2020. */
export const erase: ViewOperation<Erase> = {
  phase: 'image',
  run: ({ random, image, size, channels }, { area, ratio, fill }) => {
    const wanted = random.between(area) * size * size;
    const lowest = Math.log(ratio[0]);
    const aspect = Math.exp(lowest + (Math.log(ratio[1]) - lowest) * random.next());
    const width = Math.min(size, Math.max(1, Math.round(Math.sqrt(wanted * aspect))));
    const height = Math.min(size, Math.max(1, Math.round(Math.sqrt(wanted / aspect))));
    const left = random.integer(size - width + 1);
    const top = random.integer(size - height + 1);
    for (let row = top; row < top + height; row++) {
      const end = (row * size + left + width) * channels;
      for (let at = (row * size + left) * channels; at < end; at++) image[at] = fill ?? random.next();
    }
  },
};
