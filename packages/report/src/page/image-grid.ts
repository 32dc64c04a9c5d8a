import type { Images } from '@twoshot/artifact';
import { html, type Markup } from '@twoshot/page';

export interface ShownImage {
  readonly set: Images;
  /** Position in `set`. */
  readonly position: number;
  readonly caption: string;
  readonly title: string;
}

/**
 * Images with captions. All of them share one PNG (a sprite), so that a page with hundreds stays small; images
 * of other sizes than the first are left out.
 */
export async function drawImages(images: readonly ShownImage[], scale = 2): Promise<Markup | null> {
  const first = images[0]?.set;
  if (first === undefined) return null;
  const { height, width } = first;
  const shown = images.filter(({ set }) => set.height === height && set.width === width);
  const columns = Math.min(shown.length, 40);
  const rows = Math.ceil(shown.length / columns);
  const sheet = Buffer.alloc(rows * height * columns * width * 3);
  shown.forEach(({ set, position }, i) => {
    const [top, left] = [Math.floor(i / columns) * height, (i % columns) * width];
    paint(set, position, sheet, columns * width, top, left);
  });
  const { default: sharp } = await import('sharp');
  const png = await sharp(sheet, { raw: { width: columns * width, height: rows * height, channels: 3 } })
    .png({ compressionLevel: 9 })
    .toBuffer();
  const sprite = `data:image/png;base64,${png.toString('base64')}`;
  const tiles = shown.map(({ caption, title }, i) => {
    const [x, y] = [(i % columns) * width * scale, Math.floor(i / columns) * height * scale];
    return html`<figure title="${title}">
      <i style="background-position:-${x}px -${y}px"></i>
      <figcaption>${caption}</figcaption>
    </figure>`;
  });
  const name = `sheet-${sprite.length.toString(36)}-${shown.length}`;
  return html`<style>
      .${name} i {
        width: ${width * scale}px;
        height: ${height * scale}px;
        background-image: url(${sprite});
        background-size: ${columns * width * scale}px ${rows * height * scale}px;
      }
    </style>
    <div class="images ${name}">${tiles}</div>`;
}

/** Copies one image onto the sheet: the first three channels, or grey from a single one. */
function paint(images: Images, position: number, sheet: Buffer, stride: number, top: number, left: number): void {
  const { height, width, channels, pixels } = images;
  const start = position * height * width * channels;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++)
        sheet[((top + y) * stride + left + x) * 3 + c] =
          pixels[start + (y * width + x) * channels + (channels < 3 ? 0 : c)]!;
}
