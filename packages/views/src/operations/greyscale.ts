import type { Greyscale } from '../policy.js';
import type { ViewOperation } from '../view-state.js';

export const greyscale: ViewOperation<Greyscale> = {
  phase: 'picture',
  run: ({ picture, channels }) => {
    if (channels < 3) return;
    for (let at = 0; at < picture.length; at += channels) {
      const grey = 0.2989 * picture[at]! + 0.587 * picture[at + 1]! + 0.114 * picture[at + 2]!;
      picture[at] = grey;
      picture[at + 1] = grey;
      picture[at + 2] = grey;
    }
  },
};
