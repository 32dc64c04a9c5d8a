import { readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { isMissing } from '@twoshot/disk';
import { type FolderFiles, imageFormats } from '@twoshot/image-files';
import { StageInputError } from '@twoshot/stage';
import { type ClassFolders, labelsOfFolders } from './class-folders.js';
import { type LabelLine, parseLabelCsv } from './label-csv.js';

/** Class name by image, for labelled images. */
export type KnownLabels = ReadonlyMap<string, string>;

const csvName = 'labels.csv';

/** Paths of the CSV files with the labels: those that are given, else the `labels.csv` of the folder if it has one. */
export function labelFilesOf(
  folder: string,
  { others }: FolderFiles,
  given: string | readonly string[] | null,
): readonly string[] {
  if (given !== null) return typeof given === 'string' ? [given] : given;
  const own = others.find((file) => file.toLowerCase() === csvName);
  return own === undefined ? [] : [join(folder, own)];
}

/**
 * Finds the labels of a folder: in CSV files, or else from its sub-folders.
 *
 * @throws StageInputError `no-labels`, `label-file-missing`, `label-file-unreadable`, `label-without-file`, `label-twice`, those of the CSV and of
 * class folders
 */
export async function findLabels(
  folder: string,
  files: FolderFiles,
  csvs: readonly string[],
  folders: ClassFolders,
  warn: (line: string) => void,
): Promise<KnownLabels> {
  if (csvs.length === 0) {
    const labels = labelsOfFolders(folder, files.images, folders);
    if (labels.size === 0) throw withoutLabels(folder, files);
    return labels;
  }
  const found = new Map<string, GivenLabel>();
  for (const path of csvs) {
    const { lines, ignored } = parseLabelCsv(path, await readLabelFile(path));
    if (ignored.some((column) => column.toLowerCase() === 'confidence'))
      warn(`${basename(path)} has a column 'confidence', like predictions: all its labels are used as given labels`);
    addLabels(found, { folder, files, path }, lines);
  }
  return new Map([...found].map(([image, { label }]) => [image, label]));
}

/** A label, and the line that gives it. */
interface GivenLabel {
  readonly label: string;
  readonly path: string;
  readonly line: number;
}

function withoutLabels(folder: string, { others }: FolderFiles): StageInputError {
  const table = others.find((file) => /\.(csv|tsv|txt)$/i.test(file));
  const next =
    table === undefined
      ? 'put a few of each class into a sub-folder of its name, or list them in labels.csv (file,label)'
      : `if ${table} has them, set \`labels\` to ${join(folder, table)}; or put a few of each class into a sub-folder of its name`;
  return new StageInputError('no-labels', `no labelled image in ${folder}: ${next}`, { file: folder });
}

/** Adds the labels of one file to those of the files before it. */
function addLabels(
  found: Map<string, GivenLabel>,
  { folder, files, path }: { readonly folder: string; readonly files: FolderFiles; readonly path: string },
  lines: readonly LabelLine[],
): void {
  // Two spellings of one name may both be there: the plain one is what a CSV says.
  const exact = new Set(files.images);
  const byName = new Map(files.images.map((image) => [image.normalize('NFC'), image]));
  const lost: LabelLine[] = [];
  for (const line of lines) {
    const image = exact.has(line.file) ? line.file : byName.get(line.file);
    if (image === undefined) {
      lost.push(line);
      continue;
    }
    const given = { label: line.label.normalize('NFC'), path, line: line.line };
    // A file that lists an image without a label says nothing about it.
    if (given.label === '') continue;
    const before = found.get(image);
    if (before !== undefined && before.label !== given.label) throw contradiction(line.file, before, given);
    found.set(image, before ?? given);
  }
  const [first] = lost;
  if (first !== undefined) throw withoutFile(folder, files, path, first, lost.length - 1);
}

function contradiction(file: string, before: GivenLabel, again: GivenLabel): StageInputError {
  const spell = ({ label, path, line }: GivenLabel): string => `'${label}' in ${path}:${line}`;
  const message = `'${file}' has ${spell(before)} and ${spell(again)}; keep one of the two lines`;
  return new StageInputError('label-twice', message, { file: again.path, line: again.line, column: 1 });
}

async function readLabelFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissing(error))
      throw new StageInputError(
        'label-file-missing',
        `the label file ${path} does not exist; set \`labels\` to a CSV file, or remove the param`,
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
      `'${file}' has a label, but is not an image by its name (${imageFormats})${also}`,
      where,
    );
  const near = similarFile(file, images);
  const next =
    near === undefined
      ? '; files are named relative to the folder of the images: put it there, or remove the line'
      : `; did you mean '${near}'?`;
  return new StageInputError(
    'label-without-file',
    `'${file}' has a label, but is not in ${folder}${also}${next}`,
    where,
  );
}

const nameOf = (path: string): string => basename(path).toLowerCase().normalize('NFC');

/** The image of the same name in another folder, in other letters, between quotes, or with an ending. */
function similarFile(file: string, images: readonly string[]): string | undefined {
  const name = nameOf(file.replaceAll(/^['"\u2018\u201C]+|['"\u2019\u201D]+$/g, ''));
  const stemOf = (path: string): string => nameOf(path).slice(0, -extname(path).length || undefined);
  return (
    images.find((image) => nameOf(image) === name) ??
    images.find((image) => stemOf(image) === name) ??
    images.find((image) => stemOf(image) === stemOf(name))
  );
}
