import { open } from 'node:fs/promises';
import { ImageFormatError } from './image-format-error.js';

/**
 * The IDX format of MNIST: a big-endian magic number (0x08 for bytes, then the number of dimensions), the sizes of
 * the dimensions, the bytes. http://yann.lecun.com/exdb/mnist/
 */
const labelMagic = 0x00000801;
const imageMagic = 0x00000803;

/** Header bytes of a file of labels and of one of images. */
const labelHeader = 8;
const imageHeader = 16;

/** Images read per batch. */
const batch = 2000;

/** Labels out of a whole IDX file. */
export function parseLabels(path: string, bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = bytes.length < labelHeader ? 0 : view.getUint32(0);
  if (magic !== labelMagic) throw new ImageFormatError(path, 'an IDX file of labels', hex(magic));
  const count = view.getUint32(4);
  if (bytes.length !== labelHeader + count)
    throw new ImageFormatError(path, `${labelHeader + count} bytes`, `${bytes.length}`);
  return bytes.subarray(labelHeader);
}

/** The first `count` images of an IDX file of grey values, [rows, height, width] in batches. */
export async function* streamIdxImages(
  path: string,
  { height, width }: { readonly height: number; readonly width: number },
  count: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const handle = await open(path);
  try {
    const header = Buffer.alloc(imageHeader);
    await handle.read(header, 0, imageHeader, 0);
    const found = [header.readUInt32BE(8), header.readUInt32BE(12)];
    if (header.readUInt32BE(0) !== imageMagic || found[0] !== height || found[1] !== width)
      throw new ImageFormatError(
        path,
        `an IDX file of ${height}x${width} images`,
        `${hex(header.readUInt32BE(0))} ${found.join('x')}`,
      );
    for (let start = 0; start < count; start += batch) {
      const bytes = Buffer.alloc(Math.min(batch, count - start) * height * width);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, imageHeader + start * height * width);
      if (bytesRead < bytes.length) throw new ImageFormatError(path, `${count} images`, 'the end of the file');
      yield bytes;
    }
  } finally {
    await handle.close();
  }
}

const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;
