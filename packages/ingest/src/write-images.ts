import { join } from 'node:path';
import { type Images, createImageWriter } from '@twoshot/artifact';
import { type DecodedImage, decodeImage, decodingFault, type ImageShape } from '@twoshot/image-files';
import type { FolderImage } from './folder-image.js';
import { type LeftOut, namesOf, spell } from './left-out.js';

/** Maximum images and bytes of pixels that are decoded or wait for being written. */
const most = { images: 64, pixelBytes: 1 << 26 };

/** Images of one batch of the file: as many as readers like to have at once, a power of two. */
const batchBytes = 1 << 22;
const batchImages = (size: number): number =>
  2 ** Math.max(0, Math.min(8, Math.floor(Math.log2(batchBytes / (size * size * 3)))));

/** Maximum bytes for decoding; the declared memory of the stage is this plus that of Node, libvips and Arrow. */
const decodingBytes = 640 * 2 ** 20;

/** Set of the images of a folder: an image has one row in it, whatever parts of the folder it is in. */
export const folderSet = 'folder';

/** Images that were read, and those that failed. */
export interface ReadImages {
  readonly images: readonly FolderImage[];
  readonly broken: readonly LeftOut[];
  /** Notes on images that were read with changes. */
  readonly remarks: readonly string[];
}

/**
 * Decodes images and writes them in order. The next ones are decoded while the first are written, as many at once as
 * fit into memory.
 */
export async function writeImages(
  folder: string,
  images: readonly FolderImage[],
  shape: ImageShape,
  output: string,
  progress: (done: number) => void,
): Promise<ReadImages> {
  const { size } = shape;
  const writer = createImageWriter(output, { height: size, width: size, channels: 3, set: folderSet });
  const write = async (some: readonly Decoded[]): Promise<void> => writer.write(batchOf(some, size));
  const read: FolderImage[] = [];
  const broken: LeftOut[] = [];
  const scaled: string[] = [];
  const unended: string[] = [];
  let waiting: Decoded[] = [];
  let done = 0;
  for await (const one of decodedInOrder(folder, images, shape)) {
    progress((done += 1));
    if ('reason' in one) {
      broken.push(one);
      continue;
    }
    const { image, range, withoutEnd } = one;
    read.push(image);
    if (range !== null) scaled.push(`${image.file} (${range.low} to ${range.high})`);
    if (withoutEnd) unended.push(image.file);
    waiting.push(one);
    if (waiting.length === batchImages(size)) {
      await write(waiting);
      waiting = [];
    }
  }
  // A set without images is a file, too.
  await write(waiting);
  await writer.close();
  return { images: read, broken, remarks: remarksOn(scaled, unended) };
}

function remarksOn(scaled: readonly string[], unended: readonly string[]): string[] {
  const one = scaled.length === 1;
  return [
    ...(scaled.length === 0
      ? []
      : [
          `the numbers of ${spell(scaled.length, 'image', 'images')} are not bytes, so black and white follow from ${one ? 'its' : 'their'} content: ${namesOf(scaled)}`,
        ]),
    ...(unended.length === 0
      ? []
      : [
          `${spell(unended.length, 'JPEG lacks its', 'JPEGs lack their')} end marker and ${unended.length === 1 ? 'is' : 'are'} read: ${namesOf(unended)}`,
        ]),
  ];
}

const heldImages = (size: number): number =>
  Math.max(1, Math.min(most.images, Math.floor(most.pixelBytes / (size * size * 3))));

/** Decodes as many images at once as fit into memory, a large one alone, and yields them in order. */
async function* decodedInOrder(
  folder: string,
  images: readonly FolderImage[],
  shape: ImageShape,
): AsyncGenerator<Decoded | LeftOut> {
  const held = heldImages(shape.size);
  const queue: { readonly bytes: number; readonly result: Promise<Decoded | LeftOut> }[] = [];
  let bytes = 0;
  for (const image of images) {
    const own = Math.min(image.header.memory, decodingBytes);
    while (queue.length > 0 && (queue.length >= held || bytes + own > decodingBytes)) {
      const first = queue.shift()!;
      yield await first.result;
      bytes -= first.bytes;
    }
    bytes += own;
    queue.push({ bytes: own, result: decode(folder, image, shape) });
  }
  for (const { result } of queue) yield await result;
}

interface Decoded extends DecodedImage {
  readonly image: FolderImage;
}

async function decode(folder: string, image: FolderImage, shape: ImageShape): Promise<Decoded | LeftOut> {
  const { file, format, header } = image;
  if (header.memory > decodingBytes) {
    const reason = `${format} of more pixels than there is memory for; save it smaller, or neither progressive nor interlaced`;
    return { file, reason, detail: `${Math.ceil(header.memory / 2 ** 20)} MiB` };
  }
  try {
    return { image, ...(await decodeImage(join(folder, file), header, shape)) };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { file, reason: decodingFault(format, detail), detail };
  }
}

function batchOf(images: readonly Decoded[], size: number): Images {
  const bytes = size * size * 3;
  const pixels = new Uint8Array(images.length * bytes);
  for (const [at, one] of images.entries()) pixels.set(one.pixels, at * bytes);
  return {
    set: folderSet,
    count: images.length,
    height: size,
    width: size,
    channels: 3,
    index: Uint32Array.from(images, ({ image }) => image.index),
    pixels,
  };
}
