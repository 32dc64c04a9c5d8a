import { colourMatrixInPlace } from '@twoshot/vision';
import type { ColourMatrix } from '../policy.js';
import type { ViewOperation } from '../view-operation.js';

export const colourMatrix: ViewOperation<ColourMatrix> = {
  phase: 'image',
  run: ({ random, image, channels }, operation) => {
    const brightness = random.between(operation.brightness);
    const contrast = random.between(operation.contrast);
    const saturation = random.between(operation.saturation);
    const hue = random.between(operation.hue);
    if (channels >= 3) colourMatrixInPlace(image, channels, brightness, contrast, saturation, hue);
  },
};
