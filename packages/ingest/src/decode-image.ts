import sharp from 'sharp';

// Results of libvips do not depend on its threads, but its memory does; files are decoded side by side anyway.
sharp.cache(false);
sharp.concurrency(1);

/** How an image of any shape becomes a square one. */
export interface ImageShape {
  readonly size: number;
  /** `cover` cuts off what stands out, `contain` shows all with bars, `fill` stretches. */
  readonly resize: 'cover' | 'contain' | 'fill';
  /** Colour behind transparent parts and of the bars. */
  readonly background: 'white' | 'black';
}

/**
 * Decodes an image to sRGB pixels [size, size, 3]: upright by its EXIF orientation, the first frame of an animated
 * one, transparent parts on the background, grey as three equal channels, 16 bits as 8.
 *
 * @throws Error of libvips for a file that is no image or is cut off
 */
export async function decodeImage(path: string, { size, resize, background }: ImageShape): Promise<Uint8Array> {
  const { data, info } = await sharp(path, { failOn: 'error', pages: 1 })
    .autoOrient()
    .flatten({ background })
    .resize(size, size, { fit: resize, background })
    .toColourspace('srgb')
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`${info.channels} channels instead of 3`);
  return data;
}
