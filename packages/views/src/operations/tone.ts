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
  phase: 'image',
  run: ({ random, image, channels }, { factor }) => brightnessInPlace(image, channels, random.between(factor)),
};

export const contrast: ViewOperation<Contrast> = {
  phase: 'image',
  run: ({ random, image, channels }, { factor }) => contrastInPlace(image, channels, random.between(factor)),
};

export const saturation: ViewOperation<Saturation> = {
  phase: 'image',
  run: ({ random, image, channels }, { factor }) => {
    const drawn = random.between(factor);
    if (channels >= 3) saturationInPlace(image, channels, drawn);
  },
};

export const sharpness: ViewOperation<Sharpness> = {
  phase: 'image',
  run: ({ random, image, size, channels, scratch }, { factor }) =>
    sharpnessInPlace(image, size, size, channels, random.between(factor), scratch),
};

export const solarize: ViewOperation<Solarize> = {
  phase: 'image',
  run: ({ random, image, channels }, { threshold }) => solarizeInPlace(image, channels, random.between(threshold)),
};

export const autocontrast: ViewOperation<Autocontrast> = {
  phase: 'image',
  run: ({ image, channels }) => autocontrastInPlace(image, channels, 1),
};
