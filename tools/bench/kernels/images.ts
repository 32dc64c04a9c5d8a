import type { Images } from '@twoshot/artifact';
import { createViews, type Policy } from '@twoshot/views';
import { perceptualHash, siftOfBytes } from '@twoshot/vision';
import { imageBytes, spottedImage } from './data.js';
import { type Kernel, sameShare } from './kernel.js';

const sift: Kernel = {
  id: 'sift',
  title: 'SIFT keypoints and descriptors, 512 x 512',
  reference: 'OpenCV SIFT_create',
  rival: 'sift',
  settings: {},
  maximum: 8,
  seconds: 0.5,
  rounds: 7,
  calls: 2,
  group: 'sift',
  async prepare() {
    const side = 512;
    const data = spottedImage(side, 1);
    let found = 0;
    return {
      inputs: { image: { shape: [side, side], data } },
      run() {
        found = siftOfBytes({ count: 1, height: side, width: side, channels: 1, data })[0]!.keypoints.length;
      },
      answer: () => [found],
    };
  },
  compare: (ours, theirs) => `${ours[0]} and ${theirs[0]} keypoints`,
};

/** Crop, mirror, exact colour jitter, grey: the same chances and strengths as the reference's. */
const policy: Policy = {
  name: 'benchmark',
  size: 32,
  mirror: true,
  border: 'reflect',
  normalise: { mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] },
  operations: [
    { op: 'resized-crop', area: [0.2, 1], ratio: [3 / 4, 4 / 3] },
    { op: 'horizontal-flip', probability: 0.5 },
    {
      op: 'colour-jitter',
      probability: 0.8,
      brightness: [0.6, 1.4],
      contrast: [0.6, 1.4],
      saturation: [0.6, 1.4],
      hue: [-0.1, 0.1],
    },
    { op: 'greyscale', probability: 0.2 },
  ],
};

const views: Kernel = {
  id: 'views',
  title: 'Augmentation of 512 CIFAR images, exact colour',
  reference: 'torchvision v2, per image, one process a thread',
  rival: 'views',
  settings: {},
  maximum: 0.2,
  rounds: 9,
  calls: 4,
  group: 'views',
  async prepare() {
    const count = 512;
    const pixels = imageBytes(count, 32, 3, 2);
    const index = Uint32Array.from({ length: count }, (_, i) => i);
    const images: Images = { set: 'train', count, height: 32, width: 32, channels: 3, index, pixels };
    const source = createViews(policy, images, { views: 1, seed: 3, threads: 2 });
    let step = 0;
    return {
      inputs: { images: { shape: [count, 32, 32, 3], data: pixels } },
      run: () => source.batch(step++, index),
      answer: () => [],
    };
  },
  compare: () => 'random',
};

const hashes: Kernel = {
  id: 'hashes',
  title: 'Perceptual hashes of 60,000 images of 32 x 32',
  reference: 'imagehash phash, per image (it has one thread)',
  rival: 'hashes',
  settings: {},
  maximum: 0.05,
  rounds: 3,
  calls: 1,
  group: 'hashes',
  async prepare() {
    const count = 60_000;
    const data = imageBytes(count, 32, 1, 4);
    let found: Uint8Array = new Uint8Array(0);
    return {
      inputs: { images: { shape: [count, 32, 32], data } },
      run() {
        found = perceptualHash({ count, height: 32, width: 32, channels: 1, data });
      },
      answer: () => found,
    };
  },
  compare: sameShare,
};

export const imageKernels: readonly Kernel[] = [sift, views, hashes];
