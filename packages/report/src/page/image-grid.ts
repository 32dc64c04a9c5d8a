import { createHash } from 'node:crypto';
import type { Images } from '@twoshot/artifact';
import { html, type Markup } from '@twoshot/page';
import { thumbnail, thumbnailSize } from './thumbnail.js';

export interface ShownImage {
  readonly set: Images;
  /** Position in `set`. */
  readonly position: number;
  readonly caption: string;
  readonly title: string;
  /** Path of the file that it came from, relative to the folder; null where there is none. */
  readonly file: string | null;
}

/** Tiles of one sheet. Browsers draw no picture of more than some 16,000 pixels a side, and sharp has a limit, too. */
const columns = 40;
const maxRows = 50;

/**
 * Images with captions, as thumbnails. Those of a sheet share one PNG, so that a page with hundreds stays small; images of
 * other sizes than the first are left out.
 */
export async function drawImages(images: readonly ShownImage[]): Promise<Markup | null> {
  const first = images[0]?.set;
  if (first === undefined) return null;
  const shown = images.filter(({ set }) => set.height === first.height && set.width === first.width);
  const parts: Markup[] = [];
  for (let at = 0; at < shown.length; at += columns * maxRows)
    parts.push(await drawSheet(shown.slice(at, at + columns * maxRows), first));
  return html`<div class="images">${parts}</div>`;
}

/** At least one image, all of the size of `first`. */
async function drawSheet(shown: readonly ShownImage[], first: Images): Promise<Markup> {
  const { width, height, scale } = thumbnailSize(first);
  const across = Math.min(shown.length, columns);
  const down = Math.ceil(shown.length / across);
  const sheet = Buffer.alloc(down * height * across * width * 3);
  for (const [i, { set, position }] of shown.entries()) {
    const [top, left] = [Math.floor(i / across) * height, (i % across) * width];
    const pixels = await thumbnail(set, position);
    for (let y = 0; y < height; y++)
      pixels.copy(sheet, ((top + y) * across * width + left) * 3, y * width * 3, (y + 1) * width * 3);
  }
  const { default: sharp } = await import('sharp');
  const png = await sharp(sheet, { raw: { width: across * width, height: down * height, channels: 3 } })
    .png({ compressionLevel: 9 })
    .toBuffer();
  const name = `sheet-${createHash('sha256').update(png).digest('hex').slice(0, 12)}`;
  const tiles = shown.map(({ caption, title, file }, i) => {
    const [x, y] = [(i % across) * width * scale, Math.floor(i / across) * height * scale];
    return html`<figure title="${title}">
      <i class="${name}" style="background-position:-${x}px -${y}px"></i>
      <figcaption>${caption}${file === null ? null : html`<bdi class="file">${file}</bdi>`}</figcaption>
    </figure>`;
  });
  return html`<style>
      .${name} {
        width: ${width * scale}px;
        height: ${height * scale}px;
        background-image: url(data:image/png;base64,${png.toString('base64')});
        background-size: ${across * width * scale}px ${down * height * scale}px;
      }
    </style>
    ${tiles}`;
}
