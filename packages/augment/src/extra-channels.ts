import type { Images } from '@twoshot/artifact';
import { StageInputError } from '@twoshot/stage';
import { type ByteBatch, foregroundMask, type ForegroundOptions, rgbToGray, sobel } from '@twoshot/vision';

/**
 * RGB images with two additional channels: edges (magnitude of Sobel's gradient of the luma, 255 at a step from black
 * to white) and the mask of the foreground (0 or 255).
 */
export function withEdgesAndMask(images: Images, options: ForegroundOptions): Images {
  if (images.channels !== 3)
    throw new StageInputError('not-rgb', `expected images of 3 channels (RGB), found ${images.channels}.`);
  const { count, height, width } = images;
  const grey = rgbToGray({ count, height, width, channels: 3, data: Float32Array.from(images.pixels) });
  const edges = sobel(grey).magnitude.data;
  const greyBytes: ByteBatch = { ...grey, data: Uint8Array.from(grey.data, Math.round) };
  const mask = foregroundMask(greyBytes, options).data;
  const pixels = new Uint8Array(count * height * width * 5);
  for (let pixel = 0; pixel < mask.length; pixel++) {
    const at = 5 * pixel;
    pixels[at] = images.pixels[3 * pixel]!;
    pixels[at + 1] = images.pixels[3 * pixel + 1]!;
    pixels[at + 2] = images.pixels[3 * pixel + 2]!;
    // A step from black to white along an axis has magnitude 255 / sqrt(2).
    pixels[at + 3] = Math.min(255, Math.round(edges[pixel]! * Math.SQRT2));
    pixels[at + 4] = mask[pixel]! * 255;
  }
  return { ...images, channels: 5, pixels };
}
