import type { Json } from '@twoshot/artifact';
import type { Random } from '@twoshot/engine/random';
import { copyWeights, unfilled } from '@twoshot/nn';
import type { Part, PartType, Weighted } from './part-type.js';

/**
 * A part with new weights.
 *
 * @param options `takes`: `images`, or the name of the part whose output it takes; default `backbone`
 * @example
 * const projector = createPart(mlpPart, { architecture: { widths: [dim, 512, 512] } }, createRandom(seed('projector')));
 */
export function createPart<A extends object, M extends Weighted>(
  type: PartType<A, M>,
  { takes = 'backbone', architecture }: { takes?: string; architecture: A },
  random: Random,
): Part<M> {
  return {
    type,
    takes,
    architecture: architecture as unknown as Json,
    module: type.create(architecture, random),
  };
}

/** A second part of the same architecture and weights, e.g. the teacher of a student. */
export function copyPart<M extends Weighted>(part: Part<M>, takes = part.takes): Part<M> {
  const { type, architecture } = part;
  const module = type.create(type.read(architecture), unfilled);
  copyWeights(part.module, module);
  return { type, takes, architecture, module };
}
