import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Images, readImages, writeImages, writePolicy } from '@twoshot/artifact';
import { createRandom } from '@twoshot/engine/random';
import { matrixOf, nearestNeighbours } from '@twoshot/geometry';
import { backbonePart, openModel, overViews } from '@twoshot/model';

/** Images of two classes, and a policy that leaves what tells the classes apart. */
export interface TwoClasses {
  /** Folders of artifacts. */
  readonly images: string;
  readonly policy: string;
}

/** The class of an image in `TwoClasses`, by its place. */
export const classOf = (position: number): number => position % 2;

/**
 * Writes images for tests of stages that train: bars along rows or along columns, in colours and strengths that say
 * nothing of the class and that a backbone which learnt nothing sees first.
 */
export async function writeTwoClasses(
  folder: string,
  { count = 80, side = 16 }: { count?: number; side?: number } = {},
): Promise<TwoClasses> {
  const [images, policy] = [join(folder, 'images'), join(folder, 'policy')];
  await Promise.all([images, policy].map((path) => mkdir(path, { recursive: true })));
  await writeImages(images, bars(count, side));
  await writePolicy(policy, {
    name: 'two classes',
    size: side,
    mirror: true,
    border: 'reflect',
    normalise: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
    operations: [
      { op: 'resized-crop', area: [0.5, 1], ratio: [1, 1] },
      { op: 'horizontal-flip', probability: 0.5 },
      { op: 'colour-matrix', brightness: [0.4, 1.6], contrast: [0.6, 1.4], saturation: [0, 1], hue: [-0.5, 0.5] },
      { op: 'greyscale', probability: 0.5 },
    ],
  });
  return { images, policy };
}

/** Across a bar; not the same from the other side, so that it shows how an image was turned. */
const profile = [1, 0.4, -0.4, -1];

function bars(count: number, side: number): Images {
  const random = createRandom(5);
  const channels = 3;
  const pixels = new Uint8Array(count * side * side * channels);
  for (let image = 0; image < count; image++) {
    const colour = Array.from({ length: channels }, () => 50 + random.integer(150));
    const [phase, strength] = [random.integer(4), 40 + random.integer(10)];
    for (let at = 0; at < side * side; at++) {
      const along = classOf(image) === 0 ? at % side : Math.floor(at / side);
      const bar = Math.round(strength * profile[(along + phase) % profile.length]!);
      for (let c = 0; c < channels; c++)
        pixels[(image * side * side + at) * channels + c] = colour[c]! + bar + random.integer(10);
    }
  }
  const index = Uint32Array.from({ length: count }, (_, i) => 3 * i);
  return { set: 'train', count, height: side, width: side, channels, index, pixels };
}

/**
 * Share of the images whose nearest three others by the cosine of the backbone's features are mostly of their class.
 *
 * @param model folder of the model
 */
export async function neighbourAccuracy(model: string, { images: folder }: TwoClasses): Promise<number> {
  const images = await readImages(folder);
  const open = await openModel({ path: model, from: 'the model under test' });
  try {
    const { module } = open.part('backbone', backbonePart);
    const preparation = { ...open.preparation(), mirror: false };
    const values = overViews(images, preparation, [0, images.count], {
      forward: (x) => module.forward(x, { training: false }),
    });
    const { position } = await nearestNeighbours(matrixOf(images.count, module.dim, values), 3);
    let right = 0;
    for (let image = 0; image < images.count; image++) {
      const votes = position.subarray(3 * image, 3 * image + 3).filter((other) => classOf(other) === classOf(image));
      right += Number(votes.length >= 2);
    }
    return right / images.count;
  } finally {
    open.dispose();
  }
}
