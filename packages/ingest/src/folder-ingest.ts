import { relative } from 'node:path';
import { writeMetrics } from '@twoshot/artifact';
import type { ImageShape } from '@twoshot/image-files';
import { type Progress, StageInputError } from '@twoshot/stage';
import { type FolderOutputs, writeFolderFiles, writeFolderLabels, writeParts } from './folder-artifacts.js';
import { type FolderChoice, type FolderWish, chooseImages } from './folder-choice.js';
import { countsOf, logCounts } from './folder-counts.js';
import { type Examined, type FolderImage, examineImages } from './folder-image.js';
import { type KnownLabels, findLabels, labelFilesOf } from './folder-labels.js';
import { listFolder } from './image-files.js';
import { labelWarnings } from './label-warnings.js';
import {
  type LeftOut,
  type Tell,
  leftOutByName,
  logLeftOut,
  namesOf,
  spell,
  warnOfBroken,
  warnOfLeftOut,
} from './left-out.js';
import { writeImages } from './write-images.js';

export interface FolderSource extends FolderWish {
  readonly folder: string;
  /** Paths of label files; null for the `labels.csv` of the folder, or else its sub-folders. */
  readonly labels: string | readonly string[] | null;
  /** Sub-folder whose sub-folders are the classes, null for the folder. */
  readonly classes: string | null;
  readonly shape: ImageShape;
}

export interface FolderTell extends Tell {
  readonly progress: (progress: Progress) => void;
}

/**
 * Writes users' own images, each once, in the order of their content, and which of them are labelled, trained on and to be
 * predicted: what an image is called and where it lies is no part of what is learned from. Every file of the folder is read, or left out for a reason.
 */
export async function writeFolder(source: FolderSource, outputs: FolderOutputs, tell: FolderTell): Promise<void> {
  const { folder, shape } = source;
  const progressOf = (phase: string, total: number) => (step: number) =>
    tell.progress({ step, total, unit: 'images', phase });
  const files = await listFolder(folder);
  const csvs = labelFilesOf(folder, files, source.labels);
  warnOfLeftOut(files, csvs.length === 0, tell.warn);
  const classFolders = { classes: source.classes, reserved: partsOf(source) };
  const known = await findLabels(folder, files, csvs, classFolders, tell.warn);
  const examined = await examineImages(folder, files.images, progressOf('looking', files.images.length));
  // First, since a strange label may be why a choice is refused.
  for (const line of labelWarnings(known, examined.images, csvs.length === 0)) tell.warn(line);
  const choice = chooseImages(folder, candidatesOf(examined), known, source);
  describe(source, files.images.length, known, choice, tell);
  const isWanted = ({ file }: { readonly file: string }): boolean => choice.train.has(file) || choice.test.has(file);
  const wanted = examined.images.filter(isWanted);
  const read = await writeImages(folder, wanted, shape, outputs.images, progressOf('decoding', wanted.length));
  const broken = [...examined.broken, ...read.broken].sort((a, b) => (a.file < b.file ? -1 : 1));
  warnOfBroken(broken, tell.warn);
  for (const line of read.remarks) tell.warn(line);
  if (read.images.length === 0) throw noneReadable(folder, broken);
  checkGiven(folder, known, choice, broken);
  if (source.shots === null) warnOfSingles(read.images, known, choice, tell.warn);
  const own = new Set(csvs.map((path) => relative(folder, path)));
  const labelFiles = new Set(files.others.filter((file) => own.has(file)));
  const unwanted = examined.images
    .filter((image) => !isWanted(image))
    .map(({ file }) => ({ file, reason: notSelected }));
  const leftOut = [...leftOutByName(files, labelFiles), ...broken, ...unwanted];
  const tally = { images: read.images.length, labelFiles: labelFiles.size, leftOut };
  logLeftOut(leftOut, tell.log);
  logLeftOut(files.hidden, tell.log);
  logCounts(tally, files.hidden.length, tell.log);
  await writeMetrics(outputs.counts, countsOf(tally));
  await writeParts(read.images, choice, outputs);
  await writeFolderFiles(read.images, leftOut, outputs.files);
  await writeFolderLabels(read.images, known, choice, source.shots?.draw ?? 0, outputs);
}

const notSelected = 'not selected by `train`, `test` and `limit`';

/** Sub-folders that `train` and `test` name; their words for all are no folders. */
const partsOf = ({ train, test }: FolderWish): ReadonlySet<string> =>
  new Set([
    ...(['all', 'labelled'].includes(train) ? [] : [train]),
    ...(['all', 'unlabelled'].includes(test) ? [] : [test]),
  ]);

/** What cannot be read counts in the choice, so that a class says which of its labels are lost. */
const candidatesOf = ({ images, broken }: Examined): readonly { readonly file: string; readonly digest: string }[] => [
  ...images,
  ...broken.map(({ file }) => ({ file, digest: '' })),
];

function describe(
  { folder, shots }: FolderSource,
  count: number,
  known: KnownLabels,
  { classNames, train, test, given }: FolderChoice,
  { log }: FolderTell,
): void {
  const how = shots === null ? '' : ` (draw ${shots.draw})`;
  log(`${count} images in ${folder}, ${known.size} with a label, classes ${classNames.join(', ')}`);
  log(`training images: ${train.size}, of which ${given.size} are labelled${how}; test images: ${test.size}`);
}

function noneReadable(folder: string, broken: readonly LeftOut[]): StageInputError {
  const [first] = broken;
  return new StageInputError(
    'no-readable-image',
    `none of the ${broken.length} images in ${folder} can be read; the first: ${first?.file} (${first?.reason})`,
    { file: folder },
  );
}

/** A class of which no label is left would be predicted for nothing. */
function checkGiven(
  folder: string,
  known: KnownLabels,
  { classNames, given }: FolderChoice,
  broken: readonly LeftOut[],
): void {
  const lost = new Set(broken.map(({ file }) => file));
  for (const name of classNames) {
    const own = [...given].filter((file) => known.get(file) === name);
    if (!own.every((file) => lost.has(file))) continue;
    const message = `class '${name}' has no label left, since ${own.join(', ')} cannot be read; replace ${own.length === 1 ? 'it by a readable one' : 'them by readable ones'}`;
    throw new StageInputError('too-few-labels', message, { file: folder });
  }
}

/** One label is enough to predict a class, and not enough to say how much its images differ. */
function warnOfSingles(
  images: readonly FolderImage[],
  known: KnownLabels,
  { classNames, given }: FolderChoice,
  warn: Tell['warn'],
): void {
  const counts = new Map<string, number>();
  for (const { file } of images)
    if (given.has(file)) counts.set(known.get(file)!, (counts.get(known.get(file)!) ?? 0) + 1);
  const single = classNames.filter((name) => counts.get(name) === 1);
  if (single.length > 0)
    warn(
      `${spell(single.length, 'class has', 'classes have')} one label only: ${namesOf(single)}; with a second one, predictions are more accurate`,
    );
}
