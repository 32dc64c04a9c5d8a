import sharp, { type Metadata } from 'sharp';

/** Facts from the header of an image that matter for reading it. */
export interface ImageHeader {
  /** As libvips names it: `jpeg`, `png`, ... */
  readonly format: string;
  /** Type of its numbers, as libvips names it: `uchar`, `ushort`, `float`, ... */
  readonly depth: string;
  /** Colour space, as libvips names it. */
  readonly space: string;
  /** Upper estimate of the bytes that decoding takes. */
  readonly memory: number;
}

/** Minimum bytes per image, including overhead. */
const overhead = 1 << 20;

/** Lines that libvips holds of an image that it reads from top to bottom. */
const linesHeld = 1024;

const bytesOf: Readonly<Record<string, number>> = { ushort: 2, short: 2, int: 4, uint: 4, float: 4, double: 8 };

/**
 * Reads the header of an image.
 *
 * @param image its path, or the bytes of its file
 * @throws Error of libvips for a file that is no image, or has more pixels than it reads
 */
export async function readHeader(image: string | Buffer): Promise<ImageHeader> {
  const metadata = await sharp(image).metadata();
  return {
    format: metadata.format,
    depth: metadata.depth,
    space: metadata.space,
    memory: overhead + pixelMemory(metadata),
  };
}

/**
 * Most formats are read a few lines at a time. Those that are not, measured on 100 megapixels: a progressive JPEG holds
 * its coefficients, two bytes a sample; a GIF its canvas and the frame; an interlaced PNG all pixels.
 */
function pixelMemory({ format, width, height, channels, depth, isProgressive, chromaSubsampling }: Metadata): number {
  const area = width * height;
  const line = channels * (bytesOf[depth] ?? 1);
  if (format === 'jpeg' && isProgressive) return area * 2 * (chromaSubsampling === '4:2:0' ? 1.5 : channels);
  if (format === 'gif') return area * 5;
  if (format === 'png' && isProgressive) return area * line;
  return width * Math.min(height, linesHeld) * line;
}
