import type { Random } from '@twoshot/engine/random';
import { drawDistinct } from './draw-distinct.js';
import type { PseudoClasses } from './pseudo-classes.js';

/** Pairs of images of the same class or of different classes. */
export interface ImagePairs {
  /** The first image of every pair, then the second ones in the same order. */
  readonly positions: Uint32Array;
  /** [pairs] 1 for a pair of the same class */
  readonly same: Uint8Array;
}

/**
 * Draws pairs from one of several partitions, half of them of the same class; partitions and classes are equally
 * likely.
 *
 * @param partitions each of at least two classes, of at least two images each
 */
export function drawPairs(partitions: readonly PseudoClasses[], pairs: number, random: Random): ImagePairs {
  const { members } = partitions[random.integer(partitions.length)]!;
  const all = Uint32Array.from(members, (_, i) => i);
  const positions = new Uint32Array(2 * pairs);
  const same = new Uint8Array(pairs);
  for (let pair = 0; pair < pairs; pair++) {
    const isSame = pair % 2 === 0;
    const [one, other] = isSame
      ? drawDistinct(members[random.integer(members.length)]!, 2, random)
      : drawDistinct(all, 2, random).map((c) => members[c]![random.integer(members[c]!.length)]!);
    same[pair] = Number(isSame);
    positions[pair] = one!;
    positions[pairs + pair] = other!;
  }
  return { positions, same };
}
