import type { Assignments, Images } from '@twoshot/artifact';
import { StageInputError } from '@twoshot/stage';

/** Images of one partition by cluster; only clusters of enough images. */
export interface PseudoClasses {
  /** Name of the partition. */
  readonly name: string;
  /** Of every cluster the positions of its images. */
  readonly members: readonly Uint32Array[];
}

/**
 * The clusters of each partition as classes to learn from. Rows of other image sets are left out, and of soft
 * partitions those whose cluster has a probability below `confidence`.
 *
 * @param least images that a cluster needs to count as a class
 * @throws StageInputError where no partition has two classes
 */
export function pseudoClasses(
  { rows, partitions }: Assignments,
  images: Pick<Images, 'set' | 'index'>,
  { confidence, least, from }: { confidence: number; least: number; from: string },
): PseudoClasses[] {
  const positionOf = new Map<number, number>();
  for (const [position, index] of images.index.entries()) positionOf.set(index, position);
  const found = partitions.map(({ name, clusters, cluster, probabilities }): PseudoClasses => {
    const members = Array.from({ length: clusters }, (): number[] => []);
    for (let row = 0; row < rows.count; row++) {
      if (rows.sets[rows.set[row]!] !== images.set) continue;
      const position = positionOf.get(rows.index[row]!);
      const own = cluster[row]!;
      if (position === undefined || own < 0) continue;
      if (probabilities !== null && probabilities[row * clusters + own]! < confidence) continue;
      members[own]!.push(position);
    }
    return {
      name,
      members: members.filter(({ length }) => length >= least).map((positions) => Uint32Array.from(positions)),
    };
  });
  const usable = found.filter(({ members }) => members.length >= 2);
  if (usable.length > 0) return usable;
  throw new StageInputError(
    'too-few-classes',
    `No partition of ${from} has two clusters of ${least} or more images of the set ${images.set} each. ` +
      'Ask for fewer clusters or shots, or lower the param `confidence`.',
  );
}
