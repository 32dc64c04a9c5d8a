import { decodeImage, type ImageShape } from './decode-image.js';
import { decodingFault, readHead } from './image-fault.js';
import { readHeader } from './image-header.js';

/** Square pixels of a file, [size, size, 3] sRGB, or why there are none. */
export type ReadImage = { readonly pixels: Uint8Array } | { readonly fault: string };

/** Reads one image file, whatever it is. */
export async function readImage(path: string, shape: ImageShape): Promise<ReadImage> {
  const head = await readHead(path);
  if ('fault' in head) return head;
  try {
    const { pixels } = await decodeImage(path, await readHeader(path), shape);
    return { pixels };
  } catch (error) {
    return { fault: decodingFault(head.format, error instanceof Error ? error.message : String(error)) };
  }
}
