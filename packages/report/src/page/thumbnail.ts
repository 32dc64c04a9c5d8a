import type { Images } from '@twoshot/artifact';

/** Pixels of the longer side on the page. */
const longest = 128;
/** Small images are drawn larger. */
const largestScale = 2;

interface ThumbnailSize {
  /** Pixels of the thumbnail itself. */
  readonly width: number;
  readonly height: number;
  /** Times that it is drawn larger. */
  readonly scale: number;
}

export function thumbnailSize({ width, height }: Pick<Images, 'width' | 'height'>): ThumbnailSize {
  const side = Math.max(width, height);
  const share = Math.min(1, longest / side);
  return {
    width: Math.max(1, Math.round(width * share)),
    height: Math.max(1, Math.round(height * share)),
    scale: Math.min(largestScale, Math.max(1, Math.floor(longest / side))),
  };
}

/** One image in its thumbnail size, [height, width, 3]: the first three channels, or grey from fewer. */
export async function thumbnail(images: Images, position: number): Promise<Buffer> {
  const { height, width, channels, pixels } = images;
  const start = position * height * width * channels;
  const colours = Buffer.alloc(height * width * 3);
  for (let at = 0; at < height * width; at++)
    for (let c = 0; c < 3; c++) colours[at * 3 + c] = pixels[start + at * channels + (channels < 3 ? 0 : c)]!;
  const size = thumbnailSize(images);
  if (size.width === width && size.height === height) return colours;
  const { default: sharp } = await import('sharp');
  return sharp(colours, { raw: { width, height, channels: 3 } })
    .resize(size.width, size.height, { fit: 'fill' })
    .raw()
    .toBuffer();
}
