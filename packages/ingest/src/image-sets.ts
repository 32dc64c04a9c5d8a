import { join } from 'node:path';
import { type ImageWriter, createImageWriter } from '@twoshot/artifact';
import { type DecodedImage, decodeImage, decodingFault, type ImageShape } from '@twoshot/image-files';
import type { FolderImage } from './folder-image.js';
import { type LeftOut, namesOf, spell } from './left-out.js';

/** Maximum images and bytes of pixels decoded concurrently. */
const most = { images: 64, pixelBytes: 1 << 26 };

/** Maximum bytes for decoding; the declared memory of the stage is this plus that of Node, libvips and Arrow. */
const decodingBytes = 640 * 2 ** 20;

/** Images that were read, and those that failed. */
export interface ReadImages {
  readonly images: readonly FolderImage[];
  readonly broken: readonly LeftOut[];
  /** Notes on images that were read with changes. */
  readonly remarks: readonly string[];
}

/**
 * Decodes images, in order, into the sets that they are in.
 *
 * @param setsOf names of the sets that an image is in
 */
export async function writeImageSets<Name extends string>(
  folder: string,
  images: readonly FolderImage[],
  shape: ImageShape,
  outputs: Readonly<Record<Name, string>>,
  setsOf: (image: FolderImage) => readonly NoInfer<Name>[],
  progress: (done: number) => void,
): Promise<ReadImages> {
  const square = { height: shape.size, width: shape.size, channels: 3 };
  const names = Object.keys(outputs) as Name[];
  const writers = new Map(names.map((set) => [set, createImageWriter(outputs[set], { ...square, set })]));
  const read: FolderImage[] = [];
  const broken: LeftOut[] = [];
  const scaled: string[] = [];
  const unended: string[] = [];
  let done = 0;
  for (const batch of batchesOf(images, shape.size)) {
    const decoded = await Promise.all(batch.map((image) => decode(folder, image, shape)));
    const sound: Decoded[] = [];
    for (const one of decoded)
      if ('reason' in one) broken.push(one);
      else sound.push(one);
    for (const { image, range, withoutEnd } of sound) {
      read.push(image);
      if (range !== null) scaled.push(`${image.file} (${range.low} to ${range.high})`);
      if (withoutEnd) unended.push(image.file);
    }
    for (const [set, writer] of writers) {
      const own = sound.filter(({ image }) => setsOf(image).includes(set));
      if (own.length > 0) await append(writer, set, shape.size, own);
    }
    progress((done += batch.length));
  }
  for (const [set, writer] of writers) {
    // A set without images is a file, too.
    if (!read.some((image) => setsOf(image).includes(set))) await append(writer, set, shape.size, []);
    await writer.close();
  }
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

/** Images to decode concurrently: as many as fit into memory, a large one alone. */
function* batchesOf(images: readonly FolderImage[], size: number): Generator<readonly FolderImage[]> {
  const count = Math.max(1, Math.min(most.images, Math.floor(most.pixelBytes / (size * size * 3))));
  let batch: FolderImage[] = [];
  let bytes = 0;
  for (const image of images) {
    const own = Math.min(image.header.memory, decodingBytes);
    if (batch.length === count || (batch.length > 0 && bytes + own > decodingBytes)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(image);
    bytes += own;
  }
  if (batch.length > 0) yield batch;
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

async function append(writer: ImageWriter, set: string, size: number, images: readonly Decoded[]): Promise<void> {
  const bytes = size * size * 3;
  const pixels = new Uint8Array(images.length * bytes);
  for (const [at, one] of images.entries()) pixels.set(one.pixels, at * bytes);
  await writer.write({
    set,
    count: images.length,
    height: size,
    width: size,
    channels: 3,
    index: Uint32Array.from(images, ({ image }) => image.index),
    pixels,
  });
}
