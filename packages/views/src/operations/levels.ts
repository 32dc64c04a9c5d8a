import { equalizeInPlace, posterizeInPlace } from '@twoshot/vision';
import type { Equalize, Posterize } from '../policy.js';
import type { ViewOperation } from '../view-operation.js';

/** Rounded to bytes before the bits are cut. */
export const posterize: ViewOperation<Posterize> = {
  phase: 'image',
  run: ({ random, image, bytes, channels }, { bits }) => {
    const kept = Math.round(random.between(bits));
    for (let at = 0; at < image.length; at++) bytes[at] = image[at]! * 255 + 0.5;
    posterizeInPlace(bytes, channels, kept);
    for (let at = 0; at < image.length; at++) image[at] = bytes[at]! / 255;
  },
};

/** Rounded to bytes before the histogram is taken. */
export const equalize: ViewOperation<Equalize> = {
  phase: 'image',
  run: ({ image, bytes, channels }) => {
    for (let at = 0; at < image.length; at++) bytes[at] = image[at]! * 255 + 0.5;
    equalizeInPlace(bytes, channels, 256);
    for (let at = 0; at < image.length; at++) image[at] = bytes[at]! / 255;
  },
};
