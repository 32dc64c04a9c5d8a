import { type Labels, type Rows, rowsOf, writeFiles, writeLabels, writeSubset } from '@twoshot/artifact';
import type { FolderChoice } from './folder-choice.js';
import type { FolderImage } from './folder-image.js';
import type { KnownLabels } from './folder-labels.js';
import type { LeftOut } from './left-out.js';
import { folderSet } from './write-images.js';

/** Output folders of the stage. */
export type FolderOutputs = Readonly<
  Record<'images' | 'train' | 'test' | 'labels' | 'truth' | 'files' | 'counts', string>
>;

const rowsOfImages = (images: readonly FolderImage[]): Rows =>
  rowsOf(
    folderSet,
    Uint32Array.from(images, ({ index }) => index),
  );

/** Writes which images are trained on and which are to be predicted. */
export async function writeParts(
  images: readonly FolderImage[],
  choice: FolderChoice,
  outputs: Pick<FolderOutputs, 'train' | 'test'>,
): Promise<void> {
  for (const part of ['train', 'test'] as const)
    await writeSubset(outputs[part], {
      rows: rowsOfImages(images.filter(({ file }) => choice[part].has(file))),
      reason: `${part} images of the folder`,
    });
}

/** Writes the file of each row, and the files that are left out. */
export async function writeFolderFiles(
  images: readonly FolderImage[],
  leftOut: readonly LeftOut[],
  output: string,
): Promise<void> {
  await writeFiles(output, {
    rows: rowsOfImages(images),
    file: images.map(({ file }) => file),
    leftOut: leftOut.map(({ file, reason }) => ({ file, reason })),
  });
}

/** Writes the given labels, and as truth those that are known but not given. */
export async function writeFolderLabels(
  images: readonly FolderImage[],
  known: KnownLabels,
  { classNames, given }: FolderChoice,
  draw: number,
  outputs: Pick<FolderOutputs, 'labels' | 'truth'>,
): Promise<void> {
  const labelsOf = (some: readonly FolderImage[]): Labels => ({
    rows: rowsOfImages(some),
    classNames,
    label: Int32Array.from(some, ({ file }) => classNames.indexOf(known.get(file)!)),
    weight: new Float32Array(some.length).fill(1),
    source: 'given',
    origin: { split: 0, draw },
  });
  const labelled = images.filter(({ file }) => known.has(file));
  await writeLabels(outputs.labels, labelsOf(labelled.filter(({ file }) => given.has(file))));
  await writeLabels(outputs.truth, labelsOf(labelled.filter(({ file }) => !given.has(file))));
}
