import { createRandom } from '@twoshot/engine/random';
import { StageInputError } from '@twoshot/stage';
import type { KnownLabels } from './folder-labels.js';

/** The role of each image of a folder. */
export interface FolderChoice {
  readonly classNames: readonly string[];
  /** Training images, including the labelled ones. */
  readonly train: ReadonlySet<string>;
  /** Test images. */
  readonly test: ReadonlySet<string>;
  /** Images whose label is given; labels of others are hidden. */
  readonly given: ReadonlySet<string>;
}

export interface FolderWish {
  /** `all`, `labelled`, or a sub-folder; the labelled ones are always included. */
  readonly train: string;
  /** `unlabelled`, `all`, or a sub-folder. */
  readonly test: string;
  readonly limit: number | null;
  /** Null where every label is given. */
  readonly shots: { readonly count: number; readonly draw: number } | null;
}

export interface ChosenFrom {
  readonly file: string;
  /** Describes it for messages; empty if the file cannot be read. */
  readonly digest: string;
}

/**
 * Settles the classes and the parts of the images. What is drawn or taken first depends on what an image holds, so that
 * other images and other names do not change it.
 *
 * @param images in the order of their content
 * @throws StageInputError `no-labels`, `one-class`, `too-few-labels`, `no-such-part`, `nothing-to-predict`
 */
export function chooseImages(
  folder: string,
  images: readonly ChosenFrom[],
  known: KnownLabels,
  { train, test, limit, shots }: FolderWish,
): FolderChoice {
  const classNames = classesOf(folder, known);
  const given = new Set<string>();
  for (const name of classNames) {
    const own = images.filter(({ file }) => known.get(file) === name);
    if (shots !== null && own.length < shots.count) {
      const message = `class '${name}' has ${spellLabels(own.length)} (${own.map(({ file }) => file).join(', ')}), \`shots\` needs ${shots.count}; label more of its images, or lower \`shots\``;
      throw new StageInputError('too-few-labels', message, { file: folder });
    }
    for (const { file } of shots === null ? own : drawn(own, shots)) given.add(file);
  }
  const files = images.map(({ file }) => file);
  const others = files.filter((file) => !given.has(file));
  const learned = train === 'labelled' ? [] : train === 'all' ? others : inFolder(folder, others, train, 'train');
  const answered = test === 'unlabelled' ? others : test === 'all' ? files : inFolder(folder, files, test, 'test');
  if (answered.length === 0) {
    const message = `every image in ${folder} has a label, so that no test image is left; add unlabelled images, set \`shots\` to give only a few of the labels, or set \`test\` to all`;
    throw new StageInputError('nothing-to-predict', message, { file: folder });
  }
  const most = limit ?? Infinity;
  return {
    classNames,
    given,
    train: new Set([...given, ...learned.slice(0, most)]),
    test: new Set(answered.slice(0, most)),
  };
}

export const spellLabels = (count: number): string => `${count} ${count === 1 ? 'label' : 'labels'}`;

/** Class names in order: numbers by value, names by their characters. */
function classesOf(folder: string, known: KnownLabels): string[] {
  const names = [...new Set(known.values())].sort();
  if (names.every((name) => /^\d+$/.test(name))) names.sort((a, b) => Number(a) - Number(b));
  if (names.length > 1) return names;
  if (names.length === 1)
    throw new StageInputError(
      'one-class',
      `all labels in ${folder} are '${names[0]}', at least two classes are needed; label images of another one`,
      { file: folder },
    );
  const message = `no labelled image in ${folder}: put a few of each class into a sub-folder of its name, or list them in labels.csv (file,label)`;
  throw new StageInputError('no-labels', message, { file: folder });
}

/** Each image draws a number, and the lowest are selected. */
function drawn(
  own: readonly ChosenFrom[],
  { count, draw }: { readonly count: number; readonly draw: number },
): ChosenFrom[] {
  const random = createRandom(draw).fork('draw');
  const numbers = own.map((image) => ({ image, number: random.fork(image.digest).next() }));
  const inOrder = numbers.sort((a, b) => a.number - b.number);
  return inOrder.slice(0, count).map(({ image }) => image);
}

function inFolder(folder: string, images: readonly string[], part: string, param: string): string[] {
  const prefix = `${part.replace(/\/+$/, '')}/`;
  const found = images.filter((image) => image.startsWith(prefix));
  if (found.length > 0) return found;
  const words = param === 'train' ? 'all, labelled' : 'all, unlabelled';
  const message = `\`${param}\` is '${part}': expected ${words} or a sub-folder with images, found none such in ${folder}`;
  throw new StageInputError('no-such-part', message, { file: folder });
}
