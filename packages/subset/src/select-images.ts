import type { Images } from '@twoshot/artifact';

/** The images of a batch whose index is a key of `wanted`, in order. */
export function selectImages(batch: Images, wanted: ReadonlyMap<number, unknown>): Images {
  const { index, pixels, height, width, channels } = batch;
  const positions = Uint32Array.from(index.keys()).filter((row) => wanted.has(index[row]!));
  const bytes = height * width * channels;
  const chosen = new Uint8Array(positions.length * bytes);
  for (const [to, from] of positions.entries())
    chosen.set(pixels.subarray(from * bytes, (from + 1) * bytes), to * bytes);
  return {
    ...batch,
    count: positions.length,
    index: positions.map((row) => index[row]!),
    pixels: chosen,
  };
}
