import { requireFinitePixels } from '../finite.js';
import type { ImageBatch } from '../image.js';

export interface CropBox {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/**
 * The box stretched to `size`, bilinear with half-pixel centres, without antialiasing (PyTorch's `interpolate` of
 * the crop, `align_corners=False`): [B, size[0], size[1], C]. Pixels outside the box are never read.
 *
 * @throws if the box does not lie within the image.
 */
export function resizedCrop(images: ImageBatch, box: CropBox, [height, width]: readonly [number, number]): ImageBatch {
  const { count, channels, data } = images;
  if (box.top < 0 || box.left < 0 || box.height < 1 || box.width < 1)
    throw new RangeError(`box ${JSON.stringify(box)}: expected a top and a left of at least 0 and sides of at least 1`);
  if (box.top + box.height > images.height || box.left + box.width > images.width)
    throw new RangeError(`box ${JSON.stringify(box)} leaves the image of ${images.height} x ${images.width}`);
  requireFinitePixels(images);
  const rows = taps(box.top, box.height, height);
  const columns = taps(box.left, box.width, width);
  const out = new Float32Array(count * height * width * channels);
  let at = 0;
  for (let image = 0; image < count; image++) {
    const start = image * images.height * images.width;
    for (let row = 0; row < height; row++) {
      const upper = start + rows.near[row]! * images.width;
      const lower = start + rows.far[row]! * images.width;
      const v = rows.share[row]!;
      for (let column = 0; column < width; column++) {
        const near = columns.near[column]!;
        const far = columns.far[column]!;
        const u = columns.share[column]!;
        for (let channel = 0; channel < channels; channel++) {
          const top =
            (1 - u) * data[(upper + near) * channels + channel]! + u * data[(upper + far) * channels + channel]!;
          const bottom =
            (1 - u) * data[(lower + near) * channels + channel]! + u * data[(lower + far) * channels + channel]!;
          out[at++] = (1 - v) * top + v * bottom;
        }
      }
    }
  }
  return { count, height, width, channels, data: out };
}

function taps(start: number, length: number, size: number) {
  const near = new Int32Array(size);
  const far = new Int32Array(size);
  const share = new Float64Array(size);
  for (let place = 0; place < size; place++) {
    const source = Math.max(0, ((place + 0.5) * length) / size - 0.5);
    const first = Math.min(length - 1, Math.floor(source));
    near[place] = start + first;
    far[place] = start + Math.min(length - 1, first + 1);
    share[place] = source - first;
  }
  return { near, far, share };
}
