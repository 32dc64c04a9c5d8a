import type { Random } from '@twoshot/engine/random';
import { drawDistinct } from './draw-distinct.js';
import type { PseudoClasses } from './pseudo-classes.js';

/** Images of several classes, equally many of each where there are as many, class by class. */
export interface ClassBatch {
  readonly positions: Uint32Array;
  /** [images] classes of the partition */
  readonly labels: Int32Array;
  /** Position of their partition. */
  readonly partition: number;
}

/**
 * Draws a class-balanced batch from one of several partitions; partitions and classes are equally likely. If a partition has
 * fewer classes, or a class fewer images, all are used.
 *
 * @param partitions each of at least two classes, of at least two images each
 */
export function drawClassBatch(
  partitions: readonly PseudoClasses[],
  { classes, perClass }: { classes: number; perClass: number },
  random: Random,
): ClassBatch {
  const partition = random.integer(partitions.length);
  const { members } = partitions[partition]!;
  const all = Uint32Array.from(members, (_, i) => i);
  const drawn = Array.from(drawDistinct(all, Math.min(classes, members.length), random), (label) => ({
    label,
    images: drawDistinct(members[label]!, Math.min(perClass, members[label]!.length), random),
  }));
  return {
    positions: Uint32Array.from(drawn.flatMap(({ images }) => [...images])),
    labels: Int32Array.from(drawn.flatMap(({ label, images }) => Array<number>(images.length).fill(label))),
    partition,
  };
}
