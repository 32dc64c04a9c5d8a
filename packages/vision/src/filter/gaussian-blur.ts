import type { ImageBatch } from '../image.js';
import { changeImages } from '../change-images.js';

/**
 * Separable blur with a normalised kernel of odd length; the border reflects without repeating the edge. In place;
 * self-contained.
 */
export function blurInPlace(
  image: Float32Array,
  height: number,
  width: number,
  channels: number,
  kernel: Float64Array,
  scratch: Float32Array,
): void {
  const reach = (kernel.length - 1) / 2;
  if (reach === 0) return;
  const line = width * channels;

  let length = width;
  function reflected(place: number): number {
    if (place >= 0 && place < length) return place;
    const period = Math.max(1, 2 * (length - 1));
    const wrapped = ((place % period) + period) % period;
    return wrapped < length ? wrapped : period - wrapped;
  }

  scratch.fill(0, 0, image.length);
  for (let column = 0; column < width; column++)
    for (let tap = -reach; tap <= reach; tap++) {
      const weight = kernel[tap + reach]!;
      const source = reflected(column + tap) * channels;
      for (let start = 0; start < image.length; start += line)
        for (let channel = 0; channel < channels; channel++)
          scratch[start + column * channels + channel]! += weight * image[start + source + channel]!;
    }
  length = height;
  image.fill(0);
  for (let row = 0; row < height; row++)
    for (let tap = -reach; tap <= reach; tap++) {
      const weight = kernel[tap + reach]!;
      const source = reflected(row + tap) * line;
      for (let place = 0; place < line; place++) image[row * line + place]! += weight * scratch[source + place]!;
    }
}

/** Weights exp(-i^2 / (2 sigma^2)) at -reach..reach, divided by their sum. */
export function gaussianKernel(sigma: number, reach: number): Float64Array {
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, at) => Math.exp(-0.5 * ((at - reach) / sigma) ** 2));
  const sum = kernel.reduce((total, weight) => total + weight, 0);
  return kernel.map((weight) => weight / sum);
}

/** torchvision's `gaussian_blur`. @param kernelSize odd; sigma in pixels, > 0 */
export function gaussianBlur(
  images: ImageBatch,
  { kernelSize, sigma }: { kernelSize: number; sigma: number },
): ImageBatch {
  if (kernelSize % 2 !== 1) throw new RangeError(`kernelSize: expected an odd number, found ${kernelSize}`);
  if (!(sigma > 0)) throw new RangeError(`sigma: expected a number above 0, found ${sigma}`);
  const { height, width, channels } = images;
  const kernel = gaussianKernel(sigma, (kernelSize - 1) / 2);
  const scratch = new Float32Array(height * width * channels);
  return changeImages(images, (image) => blurInPlace(image, height, width, channels, kernel, scratch));
}
