import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import {
  compose,
  crossEntropy,
  dense,
  labelTargets,
  mlp,
  type NamedParameter,
  sgd,
  shuffledBatches,
  simsiamLoss,
  type StepLoss,
  train,
} from '@twoshot/nn';
import type { Images } from '@twoshot/artifact';
import { photoPolicy } from '../../../packages/augment/src/contrastive-policy.js';
import { createSizedViews } from '@twoshot/training';
import { backboneOf } from './networks.js';
import type { Run, Work } from './work.js';

const training = { training: true };
const side = 32;

/** The views of a step: [views x batch, 32, 32, 3] and the rows they are of. */
interface Batch {
  readonly pixels: Float32Array;
  readonly positions: Uint32Array;
}

interface Method {
  readonly parameters: readonly NamedParameter[];
  readonly learningRate: number;
  readonly loss: (x: tf.Tensor4D, positions: Uint32Array) => StepLoss;
}

/** Crop, mirror image, exact colour and grey, as torchvision's v2 in tools/reference/training.py. */
const policy = photoPolicy(
  {
    size: side,
    area: [0.2, 1],
    ratio: [0.75, 1.3333],
    mirror: true,
    rotation: 0,
    scale: [1, 1],
    shear: 0,
    translate: 0,
    elastic: 0,
    erase: 0,
    normalise: { mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] },
  },
  { colour: 1, colourProbability: 0.8, exactColour: true, grey: 0.2, blur: 0, solarize: 0 },
);

/**
 * Training with augmented images of CIFAR-10. Nothing is read before the first call, so that the first round has
 * reading, decoding and the start of the workers in it.
 *
 * @param fixed takes the views of the first step again and again
 */
export function startCourse(work: Work, fixed: boolean): Run {
  const batch = work.batch!;
  const views = work.kind === 'simsiam' ? 2 : 1;
  let course: Promise<(step: number) => Promise<Batch>> | null = null;
  let done = 0;
  let labels: Int32Array = new Int32Array(0);
  const method = work.kind === 'simsiam' ? simsiam(work) : classes(work, () => labels);
  const optimiser = sgd(method.parameters, { momentum: 0.9, weightDecay: 5e-4 });
  const open = async (): Promise<(step: number) => Promise<Batch>> => {
    const set = await readCifar10(work.folder!);
    labels = set.labels;
    const source = await createSizedViews(policy, set.images, {
      groups: [{ count: views }],
      seed: () => 4,
      threads: 1,
      steps: Infinity,
      spans: [{ from: 0, size: side }],
      positions: shuffledBatches({ count: set.images.count, batch, seed: 5 }),
    });
    const batchAt = async (step: number): Promise<Batch> => {
      const { groups, positions } = await source.batch(step);
      return { pixels: groups[0]!.pixels, positions };
    };
    if (!fixed) return batchAt;
    const { pixels, positions } = await batchAt(0);
    const first = { pixels: pixels.slice(), positions };
    await source.close();
    return () => Promise.resolve(first);
  };
  return async (calls) => {
    const batchOf = await (course ??= open());
    const start = done;
    done += calls;
    const { curves } = await train({
      steps: calls,
      optimiser,
      learningRate: () => method.learningRate,
      batch: (step) => batchOf(start + step),
      loss: ({ pixels, positions }) => method.loss(tf.tensor4d(pixels, [views * batch, side, side, 3]), positions),
    });
    return curves['loss']!.at(-1)![1];
  };
}

/** The heads that pretrain/simsiam takes by default. */
function simsiam({ network }: Work): Method {
  const backbone = backboneOf(network!);
  const projector = mlp({ widths: [backbone.dim, 512, 512], lastNorm: 'affine-free' }, createRandom(6));
  const predictor = mlp({ widths: [512, 128, 512] }, createRandom(7));
  const { parameters } = compose({ backbone, projector, predictor });
  return {
    parameters,
    learningRate: 0.03,
    loss(x) {
      const [one, other] = tf.split(x, 2).map((view) => {
        const z = projector.forward(backbone.forward(view as typeof x, training), training);
        return { z, p: predictor.forward(z, training) };
      });
      return simsiamLoss(one!.p, other!.p, one!.z, other!.z);
    },
  };
}

function classes({ network, batch }: Work, labels: () => Int32Array): Method {
  const backbone = backboneOf(network!);
  const head = dense({ in: backbone.dim, out: 10 }, createRandom(6));
  const { parameters } = compose({ backbone, head });
  return {
    parameters,
    learningRate: 0.01,
    loss(x, positions) {
      const own = Int32Array.from(positions, (position) => labels()[position]!);
      const targets = tf.tensor2d(labelTargets(own, 10, { weights: 1 / batch! }), [batch!, 10]);
      return { loss: crossEntropy(head.forward(backbone.forward(x, training), training), targets) };
    },
  };
}

/** The 50,000 training images; the file has red, green and blue planes one after the other. */
async function readCifar10(folder: string): Promise<{ images: Images; labels: Int32Array }> {
  const plane = side * side;
  const count = 50_000;
  const labels = new Int32Array(count);
  const pixels = new Uint8Array(new SharedArrayBuffer(count * 3 * plane));
  for (let file = 0; file < 5; file++) {
    const records = await readFile(join(folder, `data_batch_${file + 1}.bin`));
    for (let row = 0; row < count / 5; row++) {
      const image = (file * count) / 5 + row;
      const record = row * (1 + 3 * plane);
      labels[image] = records[record]!;
      for (let channel = 0; channel < 3; channel++)
        for (let at = 0; at < plane; at++)
          pixels[(image * plane + at) * 3 + channel] = records[record + 1 + channel * plane + at]!;
    }
  }
  const index = Uint32Array.from({ length: count }, (_, row) => row);
  return {
    images: { set: 'train', count, height: side, width: side, channels: 3, index, pixels },
    labels,
  };
}
