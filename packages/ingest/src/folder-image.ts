import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { decodingFault, type ImageHeader, readHead, readHeader } from '@twoshot/image-files';
import type { LeftOut } from './left-out.js';

/** An image of a folder that was inspected, but not decoded. */
export interface FolderImage {
  readonly file: string;
  /** sha256 of the file, hex. */
  readonly digest: string;
  /**
   * Number of its row in every set that it is in: the first bits of its digest, so that it is the same whatever the
   * image is called and whatever else is in the folder. Of those that share their first bits one is moved up.
   */
  readonly index: number;
  readonly format: string;
  readonly header: ImageHeader;
}

/** Files inspected concurrently. */
const atOnce = 16;

/** Files up to this size are read once, whole. */
const smallBytes = 1 << 20;

/** What a folder says it has for images: those that look sound, in the order of their content, and the others. */
export interface Examined {
  readonly images: readonly FolderImage[];
  readonly broken: readonly LeftOut[];
}

/** Inspects images without decoding them. */
export async function examineImages(
  folder: string,
  files: readonly string[],
  progress: (done: number) => void,
): Promise<Examined> {
  const found: Omit<FolderImage, 'index'>[] = [];
  const broken: LeftOut[] = [];
  for (let start = 0; start < files.length; start += atOnce) {
    const some = await Promise.all(files.slice(start, start + atOnce).map((file) => examine(folder, file)));
    for (const one of some)
      if ('reason' in one) broken.push(one);
      else found.push(one);
    progress(start + some.length);
  }
  const inOrder = found.sort((a, b) => order(a.digest, b.digest) || order(a.file, b.file));
  let next = 0;
  const images = inOrder.map((image) => {
    // 31 bits, so that there is room above the highest.
    const index = Math.max(next, Number.parseInt(image.digest.slice(0, 8), 16) >>> 1);
    next = index + 1;
    return Object.assign(image, { index });
  });
  return { images, broken };
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

async function examine(folder: string, file: string): Promise<Omit<FolderImage, 'index'> | LeftOut> {
  const path = join(folder, file);
  const head = await readHead(path);
  if ('fault' in head) return { file, reason: head.fault };
  try {
    const small = (await stat(path)).size <= smallBytes ? await readFile(path) : null;
    const digest = small === null ? await digestOf(path) : createHash('sha256').update(small).digest('hex');
    return { file, digest, format: head.format, header: await readHeader(small ?? path) };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { file, reason: decodingFault(head.format, detail), detail };
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
