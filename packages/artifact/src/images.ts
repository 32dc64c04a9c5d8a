import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Column } from './arrow/column.js';
import type { TableWriter } from './arrow/table-writer.js';
import type { Table } from './arrow/table-reader.js';
import { concatenate } from './concatenate.js';
import { ArtifactError } from './artifact-error.js';
import type { Images } from './contents.js';

const fileName = 'images.arrow';
const kind = 'images';

/** Shape of an image set that is being written. */
export interface ImageSet {
  readonly set: string;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

export interface ImageWriter {
  /** Appends a batch of the same shape whose indices go on ascending. */
  write(batch: Images): Promise<void>;
  close(): Promise<void>;
}

/**
 * Writes an image set batch by batch, with memory that does not grow with the number of images.
 *
 * @example
 * const writer = createImageWriter(outputs.train, { set: 'train', height: 32, width: 32, channels: 3 });
 * for await (const batch of batches) await writer.write(batch);
 * await writer.close();
 */
export function createImageWriter(dir: string, shape: ImageSet): ImageWriter {
  const path = join(dir, fileName);
  const opened = open(path, shape);
  // The failure is reported by the first write or by close.
  opened.catch(() => undefined);
  let last = -1;
  return {
    async write(batch) {
      const table = await opened;
      checkShape(path, shape, batch);
      last = lastIndex(path, batch.index, last);
      table.write(batch.count, { index: batch.index, pixels: batch.pixels });
    },
    async close() {
      (await opened).close();
    },
  };
}

/** Writes a whole image set. */
export async function writeImages(dir: string, images: Images): Promise<void> {
  const writer = createImageWriter(dir, images);
  await writer.write(images);
  await writer.close();
}

/** Reads an image set batch by batch, in order; an empty set gives one empty batch. */
export async function* streamImages(dir: string): AsyncGenerator<Images, void, undefined> {
  const { streamTable } = await import('./arrow/table-reader.js');
  let last = -1;
  for await (const table of streamTable(join(dir, fileName), kind)) {
    const images = imagesOf(table);
    last = lastIndex(table.file, images.index, last);
    yield images;
  }
}

/** The last of some indices, which must go on ascending after `last`. */
function lastIndex(path: string, indices: Uint32Array, last: number): number {
  for (const index of indices) {
    if (index <= last) throw new ArtifactError(path, `an index above ${last}`, `${index}`);
    last = index;
  }
  return last;
}

/** Reads an image set whole, its pixels in shared memory, so that worker threads can be given them without a copy. */
export async function readImages(dir: string): Promise<Images> {
  const path = join(dir, fileName);
  const indices: Uint32Array[] = [];
  let pixels = new Uint8Array(new SharedArrayBuffer(0));
  let count = 0;
  let shape: Images | null = null;
  for await (const batch of streamImages(dir)) {
    if (shape === null) {
      shape = batch;
      const { size } = await stat(path);
      // The number of images is known at the end only; each takes its pixels and 4 bytes of index in the file.
      const room = Math.floor(size / (imageBytes(batch) + 4));
      pixels = new Uint8Array(new SharedArrayBuffer(room * imageBytes(batch)));
    }
    pixels.set(batch.pixels, count * imageBytes(batch));
    indices.push(batch.index);
    count += batch.count;
  }
  if (shape === null) throw new ArtifactError(path, 'a table of kind images', 'no batch');
  const index = concatenate(indices, Uint32Array);
  const used = pixels.subarray(0, count * imageBytes(shape));
  return { ...shape, count, index, pixels: used };
}

const imageBytes = ({ height, width, channels }: { height: number; width: number; channels: number }): number =>
  height * width * channels;

async function open(path: string, shape: ImageSet): Promise<TableWriter> {
  const { createTableWriter } = await import('./arrow/table-writer.js');
  const columns: Column[] = [
    { name: 'index', type: 'uint32', size: null },
    { name: 'pixels', type: 'uint8', size: imageBytes(shape) },
  ];
  const metadata = new Map([
    ['kind', kind],
    ['set', shape.set],
    ['height', String(shape.height)],
    ['width', String(shape.width)],
    ['channels', String(shape.channels)],
  ]);
  return createTableWriter(path, columns, metadata);
}

function imagesOf(table: Table): Images {
  const shape = { height: side(table, 'height'), width: side(table, 'width'), channels: side(table, 'channels') };
  return {
    ...shape,
    set: table.text('set'),
    count: table.count,
    index: table.numbers('index', Uint32Array),
    pixels: table.numbers('pixels', Uint8Array, imageBytes(shape)),
  };
}

/** A side of the images, or their channels; a row of Arrow has no more bytes than an int32 counts. */
function side(table: Table, key: string): number {
  const text = table.text(key);
  const pixels = Number(text);
  if (/^[1-9]\d*$/.test(text) && pixels < 2 ** 31) return pixels;
  throw new ArtifactError(table.file, `a positive integer number of pixels as ${key}`, text);
}

function checkShape(path: string, shape: ImageSet, batch: Images): void {
  const spell = (one: ImageSet | Images): string => `${one.set} ${one.height}x${one.width}x${one.channels}`;
  if (spell(shape) !== spell(batch)) throw new ArtifactError(path, `images of ${spell(shape)}`, spell(batch));
}
