import { join } from 'node:path';
import { type ImageWriter, type Labels, createImageWriter, writeLabels } from '@twoshot/artifact';
import { type Progress, StageInputError } from '@twoshot/stage';
import type { CompetitionOutputs } from './competition.js';
import { type ImageShape, decodeImage } from './decode-image.js';
import { type FolderChoice, type FolderWish, chooseImages, fewestLabels, spellLabels } from './folder-choice.js';
import { type KnownLabels, findLabels, labelFileOf } from './folder-labels.js';
import { type Broken, type Tell, reportBroken, warnOfLeftOut } from './left-out.js';
import { decodingFault, readHead } from './image-fault.js';
import { listFolder } from './image-files.js';

/** Images that are decoded side by side; memory is bounded by it. */
const batch = 64;

export interface FolderSource extends FolderWish {
  readonly folder: string;
  /** Path of a label file, null where the folder itself says. */
  readonly csv: string | null;
  readonly shape: ImageShape;
}

export interface FolderTell extends Tell {
  readonly progress: (progress: Progress) => void;
}

/**
 * Writes people's own images in the shape of the competition. A row's index is the place of its image in the
 * sorted list of all images of the folder, the same in every set; broken ones leave gaps.
 */
export async function writeFolder(source: FolderSource, outputs: CompetitionOutputs, tell: FolderTell): Promise<void> {
  const { folder, shape } = source;
  const files = await listFolder(folder);
  const csv = labelFileOf(folder, files, source.csv);
  warnOfLeftOut(files, csv === null, tell);
  const known = await findLabels(folder, files, csv, partsOf(source));
  const choice = chooseImages(folder, files.images, known, source);
  describe(source, files.images.length, known, choice, tell);
  const broken = await writeImages(folder, files.images, choice, shape, outputs, tell);
  await reportBroken(broken, outputs.train, tell);
  const unreadable = new Set(broken.map(({ file }) => file));
  const readable = files.images.map((file) => (unreadable.has(file) ? null : file));
  checkGiven(folder, known, choice, broken);
  await writeLabelArtifacts(readable, known, choice, source, outputs);
}

/** Sub-folders that `train` and `test` name; their words for all are no folders. */
const partsOf = ({ train, test }: FolderWish): Set<string> =>
  new Set([
    ...(['all', 'labelled'].includes(train) ? [] : [train]),
    ...(['all', 'unlabelled'].includes(test) ? [] : [test]),
  ]);

function describe(
  { folder, shots }: FolderSource,
  count: number,
  known: KnownLabels,
  { classNames, train, test, given }: FolderChoice,
  { log }: FolderTell,
): void {
  const how = shots === null ? '' : ` (draw ${shots.draw})`;
  log(`${count} images in ${folder}, ${known.size} with a label, classes ${classNames.join(', ')}`);
  log(`learning from ${train.size}, of which ${given.size} are labelled${how}; answering ${test.size}`);
}

async function writeImages(
  folder: string,
  images: readonly string[],
  { train, test }: FolderChoice,
  shape: ImageShape,
  outputs: CompetitionOutputs,
  { progress }: FolderTell,
): Promise<Broken[]> {
  const wanted = [...images.entries()].filter(([, file]) => train.has(file) || test.has(file));
  const square = { height: shape.size, width: shape.size, channels: 3, files: true };
  const writers = {
    train: createImageWriter(outputs.train, { ...square, set: 'train' }),
    val: createImageWriter(outputs.val, { ...square, set: 'val' }),
    test: createImageWriter(outputs.test, { ...square, set: 'test' }),
  };
  const broken: Broken[] = [];
  for (let start = 0; start < wanted.length; start += batch) {
    const decoded = await Promise.all(
      wanted.slice(start, start + batch).map(([index, file]) => decode(folder, index, file, shape)),
    );
    const sound: Decoded[] = [];
    for (const one of decoded) {
      if ('reason' in one) broken.push(one);
      else sound.push(one);
    }
    await append(
      writers.train,
      'train',
      shape.size,
      sound.filter(({ file }) => train.has(file)),
    );
    await append(
      writers.test,
      'test',
      shape.size,
      sound.filter(({ file }) => test.has(file)),
    );
    progress({ step: Math.min(start + batch, wanted.length), total: wanted.length, unit: 'images' });
  }
  await append(writers.val, 'val', shape.size, []);
  for (const writer of Object.values(writers)) await writer.close();
  if (broken.length < wanted.length) return broken;
  const [first] = broken;
  throw new StageInputError(
    'no-readable-image',
    `none of the ${wanted.length} images in ${folder} can be read; the first: ${first?.file} (${first?.reason})`,
    { file: folder },
  );
}

interface Decoded {
  readonly index: number;
  readonly file: string;
  readonly pixels: Uint8Array;
}

async function decode(folder: string, index: number, file: string, shape: ImageShape): Promise<Decoded | Broken> {
  const path = join(folder, file);
  const head = await readHead(path);
  if ('fault' in head) return { file, reason: head.fault, detail: '' };
  try {
    return { index, file, pixels: await decodeImage(path, shape) };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { file, reason: decodingFault(head.format, detail), detail };
  }
}

async function append(writer: ImageWriter, set: string, size: number, images: readonly Decoded[]): Promise<void> {
  const bytes = size * size * 3;
  const pixels = new Uint8Array(images.length * bytes);
  for (const [at, image] of images.entries()) pixels.set(image.pixels, at * bytes);
  await writer.write({
    set,
    count: images.length,
    height: size,
    width: size,
    channels: 3,
    index: Uint32Array.from(images, ({ index }) => index),
    pixels,
    files: images.map(({ file }) => file),
  });
}

function checkGiven(
  folder: string,
  known: KnownLabels,
  { classNames, given }: FolderChoice,
  broken: readonly Broken[],
): void {
  const lost = broken.filter(({ file }) => given.has(file));
  for (const name of classNames) {
    const own = [...given].filter((file) => known.get(file) === name);
    const unreadable = lost.filter(({ file }) => known.get(file) === name);
    const left = own.length - unreadable.length;
    if (unreadable.length === 0 || left >= Math.min(fewestLabels, own.length)) continue;
    const message = `class '${name}' has ${spellLabels(left)} left, since ${unreadable.map(({ file }) => file).join(', ')} cannot be read; at least ${Math.min(fewestLabels, own.length)} are needed: put readable ones in their place`;
    throw new StageInputError('too-few-labels', message, { file: folder });
  }
}

/** Labels of the given images, and as answers those that are known but not given, in every set that they are in. */
async function writeLabelArtifacts(
  readable: readonly (string | null)[],
  known: KnownLabels,
  { classNames, train, test, given }: FolderChoice,
  { shots }: FolderSource,
  outputs: CompetitionOutputs,
): Promise<void> {
  const origin = { split: 0, draw: shots?.draw ?? 0 };
  const labelled: [set: number, index: number, label: number][] = [];
  const hidden: [set: number, index: number, label: number][] = [];
  for (const [set, members] of [train, test].entries())
    for (const [index, file] of readable.entries()) {
      const name = file === null ? undefined : known.get(file);
      if (file === null || name === undefined || !members.has(file)) continue;
      if (!given.has(file)) hidden.push([set, index, classNames.indexOf(name)]);
      else if (set === 0) labelled.push([set, index, classNames.indexOf(name)]);
    }
  const labels = (rows: readonly [set: number, index: number, label: number][]): Labels => ({
    rows: {
      count: rows.length,
      sets: ['train', 'test'],
      set: Uint8Array.from(rows, ([set]) => set),
      index: Uint32Array.from(rows, ([, index]) => index),
      view: null,
    },
    classNames,
    label: Int32Array.from(rows, ([, , label]) => label),
    weight: new Float32Array(rows.length).fill(1),
    source: 'given',
    origin,
  });
  await writeLabels(outputs.labels, labels(labelled));
  await writeLabels(outputs.truth, labels(hidden));
}
