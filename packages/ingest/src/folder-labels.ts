import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { StageInputError } from '@twoshot/stage';
import { isMissing } from './checked-file.js';
import { type LabelLine, parseLabelCsv } from './label-csv.js';
import type { FolderFiles } from './image-files.js';
import { imageFormats } from './image-formats.js';

/** Class name by image, for those that have one. */
export type KnownLabels = ReadonlyMap<string, string>;

const csvName = 'labels.csv';
/** Sub-folders for images without a label; those directly in the folder have none either. */
const unlabelledNames = new Set(['unlabelled', 'unlabeled']);

/** Path of the CSV file with the labels: the one that is given, else the `labels.csv` of the folder if it has one. */
export function labelFileOf(folder: string, { others }: FolderFiles, given: string | null): string | null {
  if (given !== null) return given;
  const own = others.find((file) => file.toLowerCase() === csvName);
  return own === undefined ? null : join(folder, own);
}

/**
 * Finds the labels of a folder: in a CSV file, or where there is none its sub-folders are the classes.
 *
 * @param reserved sub-folders that are no classes
 * @throws StageInputError `label-file-missing`, `label-file-unreadable`, `label-without-file`, those of the CSV
 */
export async function findLabels(
  folder: string,
  files: FolderFiles,
  csv: string | null,
  reserved: ReadonlySet<string>,
): Promise<KnownLabels> {
  return csv === null ? labelsOfFolders(files, reserved) : labelsOfCsv(folder, files, csv);
}

function labelsOfFolders({ images }: FolderFiles, reserved: ReadonlySet<string>): KnownLabels {
  const labels = new Map<string, string>();
  for (const image of images) {
    const [top = '', ...rest] = image.split('/');
    if (rest.length > 0 && !reserved.has(top) && !unlabelledNames.has(top.toLowerCase()))
      // Two systems may spell one name in two ways that look the same.
      labels.set(image, top.normalize('NFC'));
  }
  return labels;
}

async function labelsOfCsv(folder: string, files: FolderFiles, path: string): Promise<KnownLabels> {
  const labels = new Map<string, string>();
  const byName = new Map(files.images.map((image) => [image.normalize('NFC'), image]));
  const lost: LabelLine[] = [];
  for (const line of parseLabelCsv(path, await readLabelFile(path))) {
    const image = byName.get(line.file);
    if (image === undefined) lost.push(line);
    else if (line.label !== '') labels.set(image, line.label.normalize('NFC'));
  }
  const [first] = lost;
  if (first !== undefined) throw withoutFile(folder, files, path, first, lost.length - 1);
  return labels;
}

async function readLabelFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissing(error))
      throw new StageInputError(
        'label-file-missing',
        `the label file ${path} is not there; set \`labels\` to a CSV file, or leave it out`,
        { file: path },
      );
    const reason = error instanceof Error ? error.message : String(error);
    throw new StageInputError('label-file-unreadable', `expected a CSV file, but ${path} cannot be read: ${reason}`, {
      file: path,
    });
  }
}

function withoutFile(
  folder: string,
  { images, foreign, others }: FolderFiles,
  path: string,
  { file, line }: LabelLine,
  more: number,
): StageInputError {
  const where = { file: path, line, column: 1 };
  const also = more === 0 ? '' : `; the same is wrong with ${more} more ${more === 1 ? 'line' : 'lines'}`;
  if (others.includes(file) || foreign.includes(file))
    return new StageInputError(
      'label-without-file',
      `'${file}' has a label, but is no image by its name (${imageFormats})${also}`,
      where,
    );
  const name = basename(file).toLowerCase();
  const near = images.find((image) => basename(image).toLowerCase() === name);
  const next =
    near === undefined
      ? '; files are named relative to the folder of the images: put it there, or take the line out'
      : `; did you mean '${near}'?`;
  return new StageInputError(
    'label-without-file',
    `'${file}' has a label, but is not in ${folder}${also}${next}`,
    where,
  );
}
