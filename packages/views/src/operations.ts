import { affine } from './operations/affine.js';
import { blur } from './operations/blur.js';
import { colourJitter } from './operations/colour-jitter.js';
import { colourMatrix } from './operations/colour-matrix.js';
import { cutout } from './operations/cutout.js';
import { elastic } from './operations/elastic.js';
import { erase } from './operations/erase.js';
import { greyscale } from './operations/greyscale.js';
import { horizontalFlip } from './operations/horizontal-flip.js';
import { identity } from './operations/identity.js';
import { equalize, posterize } from './operations/levels.js';
import { padCrop } from './operations/pad-crop.js';
import { randomChoice } from './operations/random-choice.js';
import { resizedCrop } from './operations/resized-crop.js';
import { stroke } from './operations/stroke.js';
import { autocontrast, brightness, contrast, saturation, sharpness, solarize } from './operations/tone.js';
import type { Operation, OperationName } from './policy.js';
import type { ViewOperation } from './view-operation.js';

type OperationTable = { readonly [K in OperationName]: ViewOperation<Extract<Operation, { op: K }>> };

/** Every operation by its name in a policy. A new one is a file under `operations/` and a line here. */
export const operations: OperationTable = {
  affine,
  autocontrast,
  blur,
  brightness,
  'colour-jitter': colourJitter,
  'colour-matrix': colourMatrix,
  contrast,
  cutout,
  elastic,
  equalize,
  erase,
  greyscale,
  'horizontal-flip': horizontalFlip,
  identity,
  'pad-crop': padCrop,
  posterize,
  'random-choice': randomChoice,
  'resized-crop': resizedCrop,
  saturation,
  sharpness,
  solarize,
  stroke,
};
