import { type Labels, type Rows, writeFiles, writeLabels } from '@twoshot/artifact';
import type { CompetitionOutputs } from './competition.js';
import type { FolderChoice } from './folder-choice.js';
import type { FolderImage } from './folder-image.js';
import type { KnownLabels } from './folder-labels.js';
import type { LeftOut } from './left-out.js';

/** Output folders besides images and labels: `files` and `counts`. */
export type FolderOutputs = CompetitionOutputs & Readonly<Record<'files' | 'counts', string>>;

const sets = ['train', 'test'] as const;

interface Member {
  readonly set: number;
  readonly image: FolderImage;
}

/** Every image once for each of its sets. */
const membersOf = (images: readonly FolderImage[], choice: FolderChoice): Member[] =>
  sets.flatMap((name, set) => images.flatMap((image) => (choice[name].has(image.file) ? [{ set, image }] : [])));

const rowsOf = (members: readonly Member[]): Rows => ({
  count: members.length,
  sets,
  set: Uint8Array.from(members, ({ set }) => set),
  index: Uint32Array.from(members, ({ image }) => image.index),
  view: null,
});

/** Writes the file of each row, and the files that are left out. */
export async function writeFolderFiles(
  images: readonly FolderImage[],
  choice: FolderChoice,
  leftOut: readonly LeftOut[],
  output: string,
): Promise<void> {
  const members = membersOf(images, choice);
  await writeFiles(output, {
    rows: rowsOf(members),
    file: members.map(({ image }) => image.file),
    leftOut: leftOut.map(({ file, reason }) => ({ file, reason })),
  });
}

/** Writes the labels of the given images, and as truth those that are known but not given, in every set that they are in. */
export async function writeFolderLabels(
  images: readonly FolderImage[],
  known: KnownLabels,
  choice: FolderChoice,
  draw: number,
  outputs: Pick<FolderOutputs, 'labels' | 'truth'>,
): Promise<void> {
  const { classNames, given } = choice;
  const members = membersOf(images, choice).filter(({ image }) => known.has(image.file));
  const labelsOf = (some: readonly Member[]): Labels => ({
    rows: rowsOf(some),
    classNames,
    label: Int32Array.from(some, ({ image }) => classNames.indexOf(known.get(image.file)!)),
    weight: new Float32Array(some.length).fill(1),
    source: 'given',
    origin: { split: 0, draw },
  });
  const isGiven = ({ image }: Member): boolean => given.has(image.file);
  await writeLabels(outputs.labels, labelsOf(members.filter((member) => isGiven(member) && member.set === 0)));
  await writeLabels(outputs.truth, labelsOf(members.filter((member) => !isGiven(member))));
}
