import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { run, temporaryFolder, type Finished } from './rig.js';

/** A folder of its own with images, a pipeline that labels them, and a store. */
export interface Place {
  readonly root: string;
  readonly images: string;
  readonly pipeline: string;
  readonly store: string;
}

/** Nothing in it needs the engine, so that a run takes a second. */
export const pipelineText = `pipeline: tiny
params: { side: 16 }
stages:
  data: { use: ingest/folder, params: { size: '\${side}', path: PICTURES } }
  weak: { use: augment/weak, params: { size: '\${side}' } }
  channels: { use: augment/channels, in: { images: data.images } }
outputs:
  policy: weak.policy
`;

export function write(folder: string, file: string, content: string | Uint8Array): void {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** Two labelled images of each of two classes, and two without a label. */
export async function writeImages(folder: string): Promise<void> {
  for (const [at, name] of ['cat', 'dog'].entries())
    for (const [shade, file] of [`${name}/1.png`, `${name}/2.png`, `${name}.png`].entries()) {
      const background = { r: 200 * at, g: 60 * shade, b: 30 };
      write(
        folder,
        file,
        await sharp({ create: { width: 20 + shade, height: 18, channels: 3, background } })
          .png()
          .toBuffer(),
      );
    }
}

/** The file of a pipeline lies outside the checkout, as a user's own may. */
export async function makePlace(): Promise<Place> {
  const root = await temporaryFolder();
  const place = {
    root,
    images: join(root, 'images'),
    pipeline: join(root, 'tiny.yaml'),
    store: join(root, 'store'),
  };
  await writeImages(place.images);
  writeFileSync(place.pipeline, pipelineText.replace('PICTURES', place.images));
  return place;
}

export const runIn = ({ pipeline, store }: Place, ...args: readonly string[]): Promise<Finished> =>
  run(['run', pipeline, '--store', store, '--json', ...args]);

/** Digest of all that a store holds but for what runs leave about themselves. */
export function contentOf(store: string): string {
  const hash = createHash('sha256');
  for (const folder of ['objects', 'results', 'reads']) {
    if (!existsSync(join(store, folder))) continue;
    const files = readdirSync(join(store, folder), { recursive: true, withFileTypes: true });
    for (const file of files
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort())
      hash.update(`${file}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}
