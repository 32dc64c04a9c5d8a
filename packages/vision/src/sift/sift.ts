import { requireFinitePlane } from '../finite.js';
import type { ByteBatch, Plane } from '../image.js';
import { requireChannels } from '../image.js';
import { siftDescriptor } from './descriptor.js';
import { findExtrema } from './extrema.js';
import { type Keypoint, siftDefaults, type SiftOptions } from './keypoint.js';
import { buildOctaves } from './octaves.js';
import { dominantOrientations, orientationHistogram } from './orientation.js';

export interface SiftFeatures {
  readonly keypoints: readonly Keypoint[];
  /** [keypoints, 128] */
  readonly descriptors: Float32Array;
}

const descriptorLength = 128;

/**
 * Keypoints of a grey image with values in 0..1 and their descriptors (Lowe 2004, with OpenCV's constants). A
 * place with several dominant orientations gives several keypoints.
 */
export function siftFeatures(image: Plane<ArrayLike<number>>, options: SiftOptions = {}): SiftFeatures {
  requireFinitePlane(image);
  const { layers, sigma, contrast, edge } = { ...siftDefaults, ...options };
  const keypoints: Keypoint[] = [];
  const descriptors: Float32Array[] = [];
  for (const octave of buildOctaves(image, layers, sigma)) {
    const { step, height, width } = octave;
    for (const { x, y, level, layer, column, row, response } of findExtrema(octave, layers, contrast, edge)) {
      const scale = sigma * 2 ** (level / layers);
      const plane = { height, width, data: octave.blurred[layer]! };
      const histogram = orientationHistogram(plane, {
        x: column,
        y: row,
        radius: Math.round(4.5 * scale),
        sigma: 1.5 * scale,
      });
      for (const orientation of dominantOrientations(histogram)) {
        keypoints.push({ x: x * step - 0.25, y: y * step - 0.25, scale: scale * step, orientation, response });
        descriptors.push(siftDescriptor(plane, { x, y, cellSide: 3 * scale, orientation }));
      }
    }
  }
  const joined = new Float32Array(keypoints.length * descriptorLength);
  for (const [row, descriptor] of descriptors.entries()) joined.set(descriptor, row * descriptorLength);
  return { keypoints, descriptors: joined };
}

/** {@link siftFeatures} of each image of a grey byte batch, [B, H, W, 1]. */
export function siftOfBytes(images: ByteBatch, options: SiftOptions = {}): SiftFeatures[] {
  requireChannels(images, 1);
  const { count, height, width, data } = images;
  const size = height * width;
  return Array.from({ length: count }, (_, image) => {
    const values = Float32Array.from(data.subarray(image * size, (image + 1) * size), (value) => value / 255);
    return siftFeatures({ height, width, data: values }, options);
  });
}
