import { requireFinitePixels } from '../finite.js';
import type { ImageBatch } from '../image.js';
import { requireChannels } from '../image.js';

/** [B, H, W, 3] RGB to hue in turns [0, 1), saturation and value in [0, 1]; greys have hue and saturation 0. */
export function rgbToHsv(images: ImageBatch): ImageBatch {
  requireChannels(images, 3);
  requireFinitePixels(images);
  const { data } = images;
  const out = new Float32Array(data.length);
  for (let at = 0; at < data.length; at += 3) {
    const red = data[at]!;
    const green = data[at + 1]!;
    const blue = data[at + 2]!;
    const value = Math.max(red, green, blue);
    const chroma = value - Math.min(red, green, blue);
    out[at + 2] = value;
    if (chroma === 0) continue;
    let sixth = (red - green) / chroma + 4;
    if (value === red) sixth = (green - blue) / chroma;
    else if (value === green) sixth = (blue - red) / chroma + 2;
    out[at] = (((sixth / 6) % 1) + 1) % 1;
    out[at + 1] = chroma / value;
  }
  return { ...images, data: out };
}

/** sRGB in [0, 1] to CIE L*a*b*, [B, H, W, 3]: white D65, observer 2 degrees (IEC 61966-2-1, CIE 15); L in 0..100. */
export function rgbToLab(images: ImageBatch): ImageBatch {
  requireChannels(images, 3);
  requireFinitePixels(images);
  const { data } = images;
  const out = new Float32Array(data.length);
  for (let at = 0; at < data.length; at += 3) {
    const red = linear(data[at]!);
    const green = linear(data[at + 1]!);
    const blue = linear(data[at + 2]!);
    const x = labRoot((0.412453 * red + 0.35758 * green + 0.180423 * blue) / 0.95047);
    const y = labRoot(0.212671 * red + 0.71516 * green + 0.072169 * blue);
    const z = labRoot((0.019334 * red + 0.119193 * green + 0.950227 * blue) / 1.08883);
    out[at] = 116 * y - 16;
    out[at + 1] = 500 * (x - y);
    out[at + 2] = 200 * (y - z);
  }
  return { ...images, data: out };
}

function linear(value: number): number {
  return value > 0.04045 ? ((value + 0.055) / 1.055) ** 2.4 : value / 12.92;
}

function labRoot(value: number): number {
  return value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116;
}
