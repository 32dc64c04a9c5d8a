import {
  autocontrastInPlace,
  brightnessInPlace,
  contrastInPlace,
  saturationInPlace,
  sharpnessInPlace,
  solarizeInPlace,
} from '@twoshot/vision';
import type { Autocontrast, Brightness, Contrast, Saturation, Sharpness, Solarize } from '../policy.js';
import type { ViewOperation } from '../view-operation.js';

export const brightness: ViewOperation<Brightness> = {
  phase: 'picture',
  run: ({ random, picture, channels }, { factor }) => brightnessInPlace(picture, channels, random.between(factor)),
};

export const contrast: ViewOperation<Contrast> = {
  phase: 'picture',
  run: ({ random, picture, channels }, { factor }) => contrastInPlace(picture, channels, random.between(factor)),
};

export const saturation: ViewOperation<Saturation> = {
  phase: 'picture',
  run: ({ random, picture, channels }, { factor }) => {
    const drawn = random.between(factor);
    if (channels >= 3) saturationInPlace(picture, channels, drawn);
  },
};

export const sharpness: ViewOperation<Sharpness> = {
  phase: 'picture',
  run: ({ random, picture, size, channels, scratch }, { factor }) =>
    sharpnessInPlace(picture, size, size, channels, random.between(factor), scratch),
};

export const solarize: ViewOperation<Solarize> = {
  phase: 'picture',
  run: ({ random, picture, channels }, { threshold }) => solarizeInPlace(picture, channels, random.between(threshold)),
};

export const autocontrast: ViewOperation<Autocontrast> = {
  phase: 'picture',
  run: ({ picture, channels }) => autocontrastInPlace(picture, channels, 1),
};
