import { brightnessInPlace, contrastInPlace, hueInPlace, saturationInPlace } from '@twoshot/vision';
import type { ColourJitter } from '../policy.js';
import type { ViewOperation } from '../view-operation.js';

export const colourJitter: ViewOperation<ColourJitter> = {
  phase: 'image',
  run: ({ random, image, channels }, operation) => {
    const brightness = random.between(operation.brightness);
    const contrast = random.between(operation.contrast);
    const saturation = random.between(operation.saturation);
    const hue = random.between(operation.hue);
    const order = [0, 1, 2, 3];
    for (let last = 3; last > 0; last--) {
      const other = random.integer(last + 1);
      const step = order[last]!;
      order[last] = order[other]!;
      order[other] = step;
    }
    if (channels < 3) return;
    for (const step of order) {
      if (step === 0) brightnessInPlace(image, channels, brightness);
      else if (step === 1) contrastInPlace(image, channels, contrast);
      else if (step === 2) saturationInPlace(image, channels, saturation);
      else hueInPlace(image, channels, hue);
    }
  },
};
