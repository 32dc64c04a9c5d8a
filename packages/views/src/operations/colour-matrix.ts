import type { ColourMatrix } from '../policy.js';
import type { ViewOperation } from '../view-state.js';

/** Brightness, contrast about the picture's mean grey, saturation and hue (a turn in YIQ) as one affine map of RGB. */
export const colourMatrix: ViewOperation<ColourMatrix> = {
  phase: 'picture',
  run: ({ random, picture, channels }, operation) => {
    const brightness = random.between(operation.brightness);
    const contrast = random.between(operation.contrast);
    const saturation = random.between(operation.saturation);
    const turn = 2 * Math.PI * random.between(operation.hue);
    if (channels < 3) return;

    const length = picture.length;
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let at = 0; at < length; at += channels) {
      red += picture[at]!;
      green += picture[at + 1]!;
      blue += picture[at + 2]!;
    }
    const grey = ((0.2989 * red + 0.587 * green + 0.114 * blue) * channels) / length;
    const offset = (1 - contrast) * brightness * grey;
    const gain = contrast * brightness;

    // T^-1 diag(1, saturation * turn) T with T = RGB to YIQ (FCC): luma stays, the chroma plane turns and scales.
    const cos = Math.cos(turn) * saturation;
    const sin = Math.sin(turn) * saturation;
    const rr = gain * (0.299 + 0.701 * cos + 0.1677 * sin);
    const rg = gain * (0.587 - 0.587 * cos + 0.32927 * sin);
    const rb = gain * (0.114 - 0.114 * cos - 0.49697 * sin);
    const gr = gain * (0.299 - 0.299 * cos - 0.32813 * sin);
    const gg = gain * (0.587 + 0.413 * cos + 0.03552 * sin);
    const gb = gain * (0.114 - 0.114 * cos + 0.29261 * sin);
    const br = gain * (0.299 - 0.299 * cos + 1.24973 * sin);
    const bg = gain * (0.587 - 0.587 * cos - 1.04651 * sin);
    const bb = gain * (0.114 + 0.886 * cos - 0.20322 * sin);
    for (let at = 0; at < length; at += channels) {
      const r = picture[at]!;
      const g = picture[at + 1]!;
      const b = picture[at + 2]!;
      picture[at] = Math.min(1, Math.max(0, rr * r + rg * g + rb * b + offset));
      picture[at + 1] = Math.min(1, Math.max(0, gr * r + gg * g + gb * b + offset));
      picture[at + 2] = Math.min(1, Math.max(0, br * r + bg * g + bb * b + offset));
    }
  },
};
