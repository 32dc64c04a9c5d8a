import type { Random } from '@twoshot/engine/random';
import { drawDistinct } from './draw-distinct.js';
import type { PseudoClasses } from './pseudo-classes.js';

/** A classification task: a few support images per class, and query images to classify. */
export interface Episode {
  /** Images: first the support, then the queries. */
  readonly positions: Uint32Array;
  /** [support] classes 0..ways - 1 */
  readonly supportLabels: Int32Array;
  /** [queries] */
  readonly queryLabels: Int32Array;
}

/**
 * Draws an episode from one of several partitions (Snell et al. 2017, algorithm 1; clusters as classes after Hsu et al.
 * 2019). Partitions are equally likely, and so are the classes of a partition. If it has fewer classes than `ways`, all
 * are used; a class of fewer than shots + queries images has fewer queries.
 *
 * @param partitions each of at least two classes, of more than `shots` images each
 */
export function drawEpisode(
  partitions: readonly PseudoClasses[],
  { ways, shots, queries }: { ways: number; shots: number; queries: number },
  random: Random,
): Episode {
  const { members } = partitions[random.integer(partitions.length)]!;
  const all = Uint32Array.from(members, (_, i) => i);
  const classes = drawDistinct(all, Math.min(ways, members.length), random);
  const drawn = Array.from(classes, (one) => {
    const images = members[one]!;
    return drawDistinct(images, Math.min(shots + queries, images.length), random);
  });
  const support = drawn.flatMap((images) => [...images.subarray(0, shots)]);
  const query = drawn.flatMap((images) => [...images.subarray(shots)]);
  return {
    positions: Uint32Array.from([...support, ...query]),
    supportLabels: Int32Array.from(support, (_, i) => Math.floor(i / shots)),
    queryLabels: Int32Array.from(drawn.flatMap(({ length }, label) => Array<number>(length - shots).fill(label))),
  };
}
