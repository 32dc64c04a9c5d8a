import { open } from 'node:fs/promises';
import { isMissing, systemCode } from '@twoshot/disk';
import { imageFormats } from './image-formats.js';

/** First bytes of the formats; dots stand for any byte. */
const signatures: readonly (readonly [format: string, RegExp])[] = [
  ['JPEG', /^\xFF\xD8\xFF/],
  ['PNG', /^\x89PNG\r\n/],
  ['GIF', /^GIF8[79]a/],
  ['WebP', /^RIFF[^]{4}WEBP/],
  ['TIFF', /^(II[*+]\0|MM\0[*+])/],
];
const signatureBytes = 12;

/** Result of inspecting the first bytes: the format, or why it is not an image. */
export type Head = { readonly format: string } | { readonly fault: string };

/**
 * Inspects the first bytes. The words for a fault are the same everywhere, since they are stored with the images: those
 * of libvips depend on what it decodes concurrently.
 */
export async function readHead(path: string): Promise<Head> {
  let text: string;
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(signatureBytes), 0, signatureBytes, 0);
      text = buffer.toString('latin1', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isMissing(error)) return { fault: 'a broken link' };
    const code = systemCode(error);
    if (code === 'EACCES' || code === 'EPERM') return { fault: 'no permission to read it' };
    if (code === 'ELOOP') return { fault: 'a link that leads to itself' };
    throw error;
  }
  if (text === '') return { fault: 'an empty file' };
  const format = signatures.find(([, signature]) => signature.test(text))?.[0];
  return format === undefined ? { fault: `not ${imageFormats} by its content` } : { format };
}

/** Why a file of a format could not be decoded, from the message of libvips. */
export const decodingFault = (format: string, message: string): string =>
  message.includes('pixel limit') ? `${format} with too many pixels` : `${format}, but damaged or truncated`;
