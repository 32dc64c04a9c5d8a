import type { Autocontrast, Brightness, Contrast, Saturation, Sharpness, Solarize } from '../policy.js';
import type { ViewOperation } from '../view-kit.js';

export const brightness: ViewOperation<Brightness> = {
  phase: 'picture',
  run: ({ random, picture, channels }, { factor }, { vision }) =>
    vision.brightnessInPlace(picture, channels, random.between(factor)),
};

export const contrast: ViewOperation<Contrast> = {
  phase: 'picture',
  run: ({ random, picture, channels }, { factor }, { vision }) =>
    vision.contrastInPlace(picture, channels, random.between(factor)),
};

export const saturation: ViewOperation<Saturation> = {
  phase: 'picture',
  run: ({ random, picture, channels }, { factor }, { vision }) => {
    const drawn = random.between(factor);
    if (channels >= 3) vision.saturationInPlace(picture, channels, drawn);
  },
};

export const sharpness: ViewOperation<Sharpness> = {
  phase: 'picture',
  run: ({ random, picture, size, channels, scratch }, { factor }, { vision }) =>
    vision.sharpnessInPlace(picture, size, size, channels, random.between(factor), scratch),
};

export const solarize: ViewOperation<Solarize> = {
  phase: 'picture',
  run: ({ random, picture, channels }, { threshold }, { vision }) =>
    vision.solarizeInPlace(picture, channels, random.between(threshold)),
};

export const autocontrast: ViewOperation<Autocontrast> = {
  phase: 'picture',
  run: ({ picture, channels }, _operation, { vision }) => vision.autocontrastInPlace(picture, channels, 1),
};
