import type { FolderImage } from './folder-image.js';
import type { KnownLabels } from './folder-labels.js';
import { namesOf, spell } from './left-out.js';

/** Usual names for unlabelled images, and for folders by date. */
const unlabelledWords =
  /^(rest|remaining|others?|misc|unknown|unsorted|uncategori[sz]ed|unclassified|no ?labels?|none|n\/?a|nan|null|todo|to ?do|to ?sort|inbox|new|pool|images|photos|pictures|dcim|camera)$|^(19|20)\d\d\b/i;

/** A class with so many times the images of the median class may be a mistake. */
const muchLarger = 10;

/**
 * Warns of suspicious labels, which may still be correct.
 *
 * @param fromFolders sub-folders are the classes
 */
export function labelWarnings(
  known: KnownLabels,
  images: readonly FolderImage[],
  fromFolders: boolean,
): readonly string[] {
  const counts = new Map<string, number>();
  for (const name of known.values()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [
    ...alike([...counts.keys()]),
    ...sameImages(known, images),
    ...suspects(counts, fromFolders),
    ...(fromFolders ? [] : unusedFolders(known, images)),
  ];
}

/** Names that differ only invisibly or in case. */
function alike(names: readonly string[]): string[] {
  return groupsBy(names, plainForm).flatMap((group) =>
    group.length < 2
      ? []
      : [
          `${group.map((name) => JSON.stringify(name)).join(' and ')} are different classes; give them one name if they are one`,
        ],
  );
}

function groupsBy<T>(values: readonly T[], keyOf: (value: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group === undefined) groups.set(keyOf(value), [value]);
    else group.push(value);
  }
  return [...groups.values()];
}

function plainForm(name: string): string {
  const visible = name
    .normalize('NFKC')
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/[\s_-]+/g, ' ')
    .trim()
    .toLowerCase();
  return visible !== '' && Number.isFinite(Number(visible)) ? String(Number(visible)) : visible;
}

/** Files of the same content under two labels. */
function sameImages(known: KnownLabels, images: readonly FolderImage[]): string[] {
  const labelled = images.filter(({ file }) => known.has(file));
  const pairs = groupsBy(labelled, ({ digest }) => digest).flatMap((group) => {
    const byLabel = new Map(group.map(({ file }) => [known.get(file)!, file]));
    return byLabel.size < 2 ? [] : [[...byLabel].map(([name, file]) => `${file} ('${name}')`).join(' and ')];
  });
  if (pairs.length === 0) return [];
  return [
    `${spell(pairs.length, 'image has', 'images have')} more than one label: ${namesOf(pairs)}; keep one file of each`,
  ];
}

function suspects(counts: ReadonlyMap<string, number>, fromFolders: boolean): string[] {
  const next = fromFolders
    ? 'put them directly into the folder or into a sub-folder `unlabelled`'
    : 'leave their labels empty';
  const sizes = [...counts.values()].sort((a, b) => a - b);
  const median = sizes[Math.floor((sizes.length - 1) / 2)] ?? 0;
  return [...counts].flatMap(([name, count]) =>
    unlabelledWords.test(name) || (fromFolders && count >= muchLarger * median)
      ? [`'${name}' is a class of ${spell(count, 'image', 'images')}; if these have no label, ${next}`]
      : [],
  );
}

/** Sub-folders that look like classes although a CSV defines the classes. */
function unusedFolders(known: KnownLabels, images: readonly FolderImage[]): string[] {
  const classes = new Set(known.values());
  const unused = images.filter(
    ({ file }) => !known.has(file) && file.includes('/') && classes.has(file.split('/')[0]!),
  );
  if (unused.length === 0) return [];
  const names = unused.map(({ file }) => file);
  return [
    `${spell(unused.length, 'image lies', 'images lie')} in a sub-folder named like a class, but the CSV gives no label: ${namesOf(names)}`,
  ];
}
