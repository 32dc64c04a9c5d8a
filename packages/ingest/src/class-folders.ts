import { join } from 'node:path';
import { StageInputError } from '@twoshot/stage';
import { checkClassName } from './class-name.js';

/** How the sub-folders of a folder are classes. */
export interface ClassFolders {
  /** Sub-folder whose sub-folders are the classes; null for the folder itself. */
  readonly classes: string | null;
  /** Sub-folders that are not classes, since they select the train or test images. */
  readonly reserved: ReadonlySet<string>;
}

/** Sub-folders of unlabelled images; images directly in the folder are unlabelled, too. */
const unlabelledNames = new Set(['unlabelled', 'unlabeled']);

/** Usual names for the parts of a split data set. */
const trainNames = /^(train|training)$/i;
const partNames = /^(train|training|val|valid|validation|dev|test|testing|eval|evaluation|holdout)$/i;

/**
 * Treats sub-folders as classes.
 *
 * @param images paths relative to the folder
 * @returns class name by image, for those in a class folder
 * @throws StageInputError `split-layout`, `folder-too-high`, `class-name`, `no-such-part`
 */
export function labelsOfFolders(
  folder: string,
  images: readonly string[],
  { classes, reserved }: ClassFolders,
): ReadonlyMap<string, string> {
  const base = classes === null ? '' : `${classes.replaceAll(/^(\.\/)+|\/+$/g, '')}/`;
  const parts = [...reserved].map((part) => `${part.replace(/\/+$/, '')}/`);
  const isReserved = (image: string): boolean => parts.some((part) => image.startsWith(part));
  const labels = new Map<string, string>();
  for (const image of images) {
    if (!image.startsWith(base)) continue;
    const [top = '', ...rest] = image.slice(base.length).split('/');
    if (rest.length === 0 || isReserved(image) || unlabelledNames.has(top.toLowerCase())) continue;
    checkClassName(top, { file: join(folder, base, top) });
    // Systems differ in the Unicode normalisation of names that look the same.
    labels.set(image, top.normalize('NFC'));
  }
  if (classes === null) checkLayout(folder, images, labels);
  else if (labels.size === 0) {
    const message = `\`classes\` is '${classes}': expected a sub-folder whose sub-folders are classes, found none with images in ${folder}`;
    throw new StageInputError('no-such-part', message, { file: folder });
  }
  return labels;
}

/** Refuses layouts that are certainly a mistake. */
function checkLayout(folder: string, images: readonly string[], labels: ReadonlyMap<string, string>): void {
  const tops = [...new Set([...labels.keys()].map((image) => image.split('/')[0]!))].sort();
  const inner = (top: string): string[] => [
    ...new Set(
      [...labels.keys()].flatMap((image) => {
        const [first, second, ...rest] = image.split('/');
        return first === top && second !== undefined && rest.length > 0 ? [second] : [];
      }),
    ),
  ];
  if (tops.length > 1 && tops.every((top) => partNames.test(top))) {
    const seen = `${folder} has ${tops.join(', ')}, which look like the parts of a split set and not like classes`;
    const withClasses = tops.filter((top) => inner(top).length > 0);
    const from = withClasses.find((top) => trainNames.test(top)) ?? withClasses[0];
    const others = tops.filter((top) => top !== from).join(' and ');
    const next =
      from === undefined
        ? 'List the labels in labels.csv (file,label), or put a few images of each class into a sub-folder of its name'
        : `Set \`classes\` to ${from} to take the sub-folders of ${from} for classes; the images in ${others} then have no label and are answered. Or set \`path\` to ${join(folder, from)}`;
    throw new StageInputError('split-layout', `${seen}. ${next}`, { file: folder });
  }
  const [only] = tops;
  if (only === undefined || tops.length > 1 || inner(only).length < 2) return;
  const beside = images.some((image) => !labels.has(image));
  const next = beside
    ? `set \`classes\` to ${only}: its sub-folders are then the classes, and the images next to it are unlabelled`
    : `did you mean ${join(folder, only)}? Set \`path\` to it`;
  const message = `the only sub-folder of ${folder} is ${only}, whose own sub-folders look like the classes (${inner(only).slice(0, 5).join(', ')}); ${next}`;
  throw new StageInputError('folder-too-high', message, { file: folder });
}
