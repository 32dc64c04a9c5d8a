import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { StageInputError } from '@twoshot/stage';
import { isMissing } from './checked-file.js';
import { type LabelLine, parseLabelCsv } from './label-csv.js';
import { type FolderFiles, pictureFormats } from './picture-files.js';

/** Class name by picture, for those that have one. */
export type KnownLabels = ReadonlyMap<string, string>;

const csvName = 'labels.csv';
/** Sub-folders for pictures without a label; those directly in the folder have none either. */
const unlabelledNames = new Set(['unlabelled', 'unlabeled']);

/**
 * Finds the labels of a folder: in the CSV file that is given, else in its `labels.csv`, else its sub-folders are
 * the classes.
 *
 * @param reserved sub-folders that are no classes
 * @throws StageInputError `label-file-missing`, `label-without-file`, those of the CSV
 */
export async function findLabels(
  folder: string,
  files: FolderFiles,
  csv: string | null,
  reserved: ReadonlySet<string>,
): Promise<KnownLabels> {
  const path = csv ?? (files.others.includes(csvName) ? join(folder, csvName) : null);
  return path === null ? labelsOfFolders(files, reserved) : labelsOfCsv(folder, files, path);
}

function labelsOfFolders({ pictures }: FolderFiles, reserved: ReadonlySet<string>): KnownLabels {
  const labels = new Map<string, string>();
  for (const picture of pictures) {
    const [top = '', ...rest] = picture.split('/');
    if (rest.length > 0 && !reserved.has(top) && !unlabelledNames.has(top.toLowerCase())) labels.set(picture, top);
  }
  return labels;
}

async function labelsOfCsv(folder: string, files: FolderFiles, path: string): Promise<KnownLabels> {
  const labels = new Map<string, string>();
  const byName = new Map(files.pictures.map((picture) => [picture.normalize('NFC'), picture]));
  for (const line of parseLabelCsv(path, await readLabelFile(path))) {
    const picture = byName.get(line.file);
    if (picture === undefined) throw withoutFile(folder, files, path, line);
    if (line.label !== '') labels.set(picture, line.label);
  }
  return labels;
}

async function readLabelFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new StageInputError('label-file-missing', `the label file ${path} is not there`, { file: path });
  }
}

function withoutFile(
  folder: string,
  { pictures, others }: FolderFiles,
  path: string,
  { file, line }: LabelLine,
): StageInputError {
  const where = { file: path, line, column: 1 };
  if (others.includes(file))
    return new StageInputError('label-without-file', `'${file}' is no picture by its name (${pictureFormats})`, where);
  const name = basename(file).toLowerCase();
  const near = pictures.find((picture) => basename(picture).toLowerCase() === name);
  const hint = near === undefined ? '' : `; did you mean '${near}'?`;
  return new StageInputError('label-without-file', `'${file}' has a label, but is not in ${folder}${hint}`, where);
}
