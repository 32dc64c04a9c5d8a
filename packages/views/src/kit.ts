import { createViewMaker } from './make-view.js';
import { affine } from './operations/affine.js';
import { colourMatrix } from './operations/colour-matrix.js';
import { elastic } from './operations/elastic.js';
import { erase } from './operations/erase.js';
import { greyscale } from './operations/greyscale.js';
import { horizontalFlip } from './operations/horizontal-flip.js';
import { identity } from './operations/identity.js';
import { padCrop } from './operations/pad-crop.js';
import { randomChoice } from './operations/random-choice.js';
import { resizedCrop } from './operations/resized-crop.js';
import { stroke } from './operations/stroke.js';
import { resample } from './resample.js';
import { createViewRandom } from './view-random.js';
import type { Kit } from './view-state.js';
import { createJobWorker, serveJobs } from './view-worker.js';

/** Everything that makes views. A new operation is a file under `operations/` and a line here. */
export const kit: Kit = {
  createViewRandom,
  createViewMaker,
  createJobWorker,
  resample,
  operations: {
    affine,
    'colour-matrix': colourMatrix,
    elastic,
    erase,
    greyscale,
    'horizontal-flip': horizontalFlip,
    identity,
    'pad-crop': padCrop,
    'random-choice': randomChoice,
    'resized-crop': resizedCrop,
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
