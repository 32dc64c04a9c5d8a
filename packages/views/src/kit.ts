import {
  autocontrastInPlace,
  blurInPlace,
  brightnessInPlace,
  colourMatrixInPlace,
  contrastInPlace,
  equalizeInPlace,
  gaussianKernel,
  greyscaleInPlace,
  hueInPlace,
  posterizeInPlace,
  saturationInPlace,
  sharpnessInPlace,
  solarizeInPlace,
} from '@twoshot/vision';
import { createViewMaker } from './make-view.js';
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
import { resample } from './resample.js';
import { createViewRandom } from './view-random.js';
import type { Kit } from './view-kit.js';
import { createJobWorker, serveJobs } from './view-worker.js';

/** Everything that makes views. A new operation is a file under `operations/` and a line here. */
export const kit: Kit = {
  createViewRandom,
  createViewMaker,
  createJobWorker,
  resample,
  vision: {
    autocontrastInPlace,
    blurInPlace,
    brightnessInPlace,
    colourMatrixInPlace,
    contrastInPlace,
    equalizeInPlace,
    gaussianKernel,
    greyscaleInPlace,
    hueInPlace,
    posterizeInPlace,
    saturationInPlace,
    sharpnessInPlace,
    solarizeInPlace,
  },
  operations: {
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
  },
};

/**
 * The program of a worker, as text. A stage is bundled into one file that is run elsewhere, where no worker file
 * lies beside it; so the kit carries its own code over. Hence the rule that its functions refer to nothing outside
 * their arguments (a compiler that keeps names wraps functions in `__name`).
 */
export function workerProgram(): string {
  return `'use strict';
const __name = (value) => value;
const { parentPort, workerData } = require('node:worker_threads');
(${serveJobs.toString()})(parentPort, workerData, ${write(kit)});`;
}

function write(value: unknown): string {
  if (typeof value === 'function') return `(${value.toString()})`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, part]) => `${JSON.stringify(name)}:${write(part)}`)
    .join(',')}}`;
}
