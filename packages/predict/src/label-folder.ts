import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { imageFormats, sortFiles } from '@twoshot/image-files';
import { StageInputError } from '@twoshot/stage';
import type { Answer, Predictor } from './predictor.js';

/** Files that are read and computed at once. */
const atOnce = 16;

/** @throws StageInputError `folder-missing`, `not-a-folder` */
export async function requireFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (found?.isDirectory() === true) return;
  throw found === null
    ? new StageInputError('folder-missing', `The folder ${folder} does not exist`, { file: folder })
    : new StageInputError('not-a-folder', `${folder} is not a folder; name the folder that the images are in`, {
        file: folder,
      });
}

export interface FolderOptions {
  readonly signal: AbortSignal;
  /** Receives a line for what is left out. */
  readonly warn: (line: string) => void;
  readonly progress?: (done: number, total: number) => void;
}

/**
 * Labels the images of a folder and its sub-folders, in the order of their paths.
 *
 * @throws StageInputError where there is no folder, or no image in it
 */
export async function* labelFolder(
  predictor: Predictor,
  folder: string,
  { signal, warn, progress }: FolderOptions,
): AsyncGenerator<Answer> {
  await requireFolder(folder);
  const { images, foreign, leftOut } = await sortFiles(folder);
  for (const { file, reason } of leftOut) warn(`${file} is left out: ${reason}`);
  for (const file of foreign) warn(`${file} is left out: not ${imageFormats}`);
  if (images.length === 0)
    throw new StageInputError('folder-empty', `There is no image (${imageFormats}) in ${folder}`, { file: folder });
  for (let from = 0; from < images.length; from += atOnce) {
    signal.throwIfAborted();
    const files = images.slice(from, from + atOnce).map((file) => ({ file, path: join(folder, file) }));
    yield* await predictor.label(files);
    progress?.(from + files.length, images.length);
  }
}
