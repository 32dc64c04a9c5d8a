import { type Assignments, type Images, type Labels, positionsAmong, rowsOf } from '@twoshot/artifact';
import { StageInputError } from '@twoshot/stage';

/** Images of one partition by cluster; only clusters with enough images. */
export interface PseudoClasses {
  /** Name of the partition. */
  readonly name: string;
  /** For each cluster the positions of its images. */
  readonly members: readonly Uint32Array[];
}

/**
 * The clusters of each partition as classes for training. Rows of other image sets are ignored, and in soft partitions
 * those whose cluster has a probability below `confidence`.
 *
 * @param options `minimum`: minimum images of a cluster that counts as a class; `from` is read only for a message,
 * since
 *   reading it enters the key
 * @throws StageInputError where no partition has two classes
 */
export function pseudoClasses(
  { rows, partitions }: Assignments,
  images: Pick<Images, 'set' | 'index'>,
  { confidence, minimum, from }: { confidence: number; minimum: number; from: { readonly from: string } },
): PseudoClasses[] {
  const positions = positionsAmong(rows, rowsOf(images.set, images.index));
  const found = partitions.map(({ name, clusters, cluster, probabilities }): PseudoClasses => {
    const members = Array.from({ length: clusters }, (): number[] => []);
    for (const [row, position] of positions.entries()) {
      const own = cluster[row]!;
      if (position < 0 || own < 0) continue;
      if (probabilities !== null && probabilities[row * clusters + own]! < confidence) continue;
      members[own]!.push(position);
    }
    return {
      name,
      members: members.filter(({ length }) => length >= minimum).map((own) => Uint32Array.from(own)),
    };
  });
  const usable = found.filter(({ members }) => members.length >= 2);
  if (usable.length > 0) return usable;
  throw new StageInputError(
    'too-few-classes',
    `No partition of ${from.from} has two clusters of ${minimum} or more images of the set ${images.set} each. ` +
      'Use fewer clusters or shots, or lower the param `confidence`.',
  );
}

/**
 * The classes of labels as one partition, named `labels`. Rows of other image sets are ignored.
 *
 * @param options as of `pseudoClasses`
 * @throws StageInputError where fewer than two classes have enough images
 */
export function labelledClasses(
  { rows, classNames, label }: Labels,
  images: Pick<Images, 'set' | 'index'>,
  { minimum, from }: { minimum: number; from: { readonly from: string } },
): PseudoClasses[] {
  const all = classNames.map((): number[] => []);
  for (const [row, position] of positionsAmong(rows, rowsOf(images.set, images.index)).entries())
    if (position >= 0) all[label[row]!]!.push(position);
  const members = all.filter(({ length }) => length >= minimum).map((own) => Uint32Array.from(own));
  if (members.length >= 2) return [{ name: 'labels', members }];
  throw new StageInputError(
    'too-few-classes',
    `${from.from} labels ${minimum} or more images of the set ${images.set} for ${members.length} of ${classNames.length} classes; ` +
      'at least two are needed. Label more images, or ask for fewer shots.',
  );
}
