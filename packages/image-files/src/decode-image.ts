import { readFile } from 'node:fs/promises';
import sharp, { type OutputInfo, type Sharp } from 'sharp';
import type { ImageHeader } from './image-header.js';
import { type SampleRange, sampleRange } from './sample-range.js';

// Results of libvips do not depend on its threads, but its memory does; files are decoded side by side anyway.
sharp.cache(false);
sharp.concurrency(1);

/** How an image of any shape becomes square. */
export interface ImageShape {
  readonly size: number;
  /** `cover` crops, `contain` pads with bars, `fill` stretches. */
  readonly resize: 'cover' | 'contain' | 'fill';
  /** Colour behind transparent parts and of the bars. */
  readonly background: 'white' | 'black';
}

export interface DecodedImage {
  /** [size, size, 3] sRGB */
  readonly pixels: Uint8Array;
  /** Which values became black and white, where the content had to say it. */
  readonly range: SampleRange | null;
  /** The file lacks its end marker and nothing else. */
  readonly withoutEnd: boolean;
}

/**
 * Decodes an image to sRGB pixels: upright by its EXIF orientation, the first frame of an animated one, transparent
 * parts on the background, grey as three equal channels, other numbers than bytes as bytes by their type or content.
 *
 * @throws Error of libvips for a file that is not an image or is truncated
 */
export async function decodeImage(path: string, header: ImageHeader, shape: ImageShape): Promise<DecodedImage> {
  try {
    return { ...(await decodeFrom(path, header, shape)), withoutEnd: false };
  } catch (error) {
    if (header.format !== 'jpeg') throw error;
    // The words of libvips depend on what else it decodes at the time, so that the file itself is asked.
    const bytes = await readFile(path);
    const ended = Buffer.concat([bytes, endOfJpeg]);
    if (bytes.subarray(-2).equals(endOfJpeg) || !(await isWhole(ended))) throw error;
    return { ...(await decodeFrom(ended, header, shape)), withoutEnd: true };
  }
}

/** Whether the data reach to the last line without a warning; a reduced image would not be read to its end. */
async function isWhole(jpeg: Buffer): Promise<boolean> {
  try {
    const { width, height } = await sharp(jpeg).metadata();
    await sharp(jpeg, { failOn: 'warning' })
      .extract({ left: 0, top: height - 1, width, height: 1 })
      .raw()
      .toBuffer();
    return true;
  } catch {
    return false;
  }
}

/** Colour spaces in which more is lighter; of others libvips knows the range. */
const lightSpaces = new Set(['b-w', 'grey16', 'srgb', 'rgb', 'rgb16', 'scrgb']);

const endOfJpeg = Buffer.from([0xff, 0xd9]);

async function decodeFrom(
  input: string | Buffer,
  header: ImageHeader,
  shape: ImageShape,
): Promise<Omit<DecodedImage, 'withoutEnd'>> {
  const open = (): Sharp => sharp(input, { failOn: 'error', pages: 1 });
  const range = header.depth === 'uchar' || !lightSpaces.has(header.space) ? null : await rangeOf(open(), header);
  if (range === null) return { pixels: await squareOf(open(), shape), range };
  // Bars are laid on afterwards: they are no value of the image.
  const fit = shape.resize === 'contain' ? 'inside' : shape.resize;
  const fitted = upright(open(), shape).resize(shape.size, shape.size, { fit });
  const { values, width, height, channels } = await numbersOf(fitted, header);
  const bytes = Uint8ClampedArray.from(values, (value) => (255 * (value - range.low)) / (range.high - range.low));
  return { pixels: await squareOf(sharp(bytes, { raw: { width, height, channels } }), shape), range };
}

const upright = (image: Sharp, { background }: ImageShape): Sharp => image.autoOrient().flatten({ background });

async function squareOf(image: Sharp, shape: ImageShape): Promise<Uint8Array> {
  const { size, resize, background } = shape;
  const { data, info } = await upright(image, shape)
    .resize(size, size, { fit: resize, background })
    .toColourspace('srgb')
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`${info.channels} channels instead of 3`);
  return data;
}

/** Numbers of an image as they are, without transparency. */
async function numbersOf(image: Sharp, { space }: ImageHeader): Promise<{ values: Float64Array } & OutputInfo> {
  const { data, info } = await image
    .removeAlpha()
    .toColourspace(space)
    .raw({ depth: 'double' })
    .toBuffer({ resolveWithObject: true });
  return { ...info, values: new Float64Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength)) };
}

/** Side of the grid of pixels that are looked at. */
const grid = 1024;

/** The statistics of libvips round fractions, so the numbers of a grid of pixels say what there is. */
async function rangeOf(image: Sharp, header: ImageHeader): Promise<SampleRange | null> {
  const sample = { kernel: 'nearest', fit: 'inside', withoutEnlargement: true } as const;
  const { values } = await numbersOf(image.resize(grid, grid, sample), header);
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return sampleRange(header.depth, min, max);
}
