import type { ByteBatch, ImageBatch } from './image.js';

/** Images of smooth shapes and noise for tests, the same for the same seed. */
export function testImages(
  shape: { count?: number; height?: number; width?: number; channels?: number } = {},
  seed = 1,
): ImageBatch {
  const { count = 2, height = 9, width = 7, channels = 3 } = shape;
  let state = seed;
  const data = Float32Array.from({ length: count * height * width * channels }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) / 16777216;
  });
  return { count, height, width, channels, data };
}

export function testBytes(shape: Parameters<typeof testImages>[0] = {}, seed = 1): ByteBatch {
  const images = testImages(shape, seed);
  return { ...images, data: Uint8Array.from(images.data, (value) => Math.floor(value * 256)) };
}
