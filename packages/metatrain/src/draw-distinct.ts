import type { Random } from '@twoshot/engine/random';

/**
 * `count` different elements in random order, every choice equally likely (Floyd's sampling, then a shuffle).
 *
 * @throws RangeError where there are fewer
 */
export function drawDistinct(elements: Uint32Array, count: number, random: Random): Uint32Array {
  if (count > elements.length) throw new RangeError(`Cannot draw ${count} of ${elements.length} elements`);
  const chosen = new Set<number>();
  for (let last = elements.length - count; last < elements.length; last++) {
    const place = random.integer(last + 1);
    chosen.add(chosen.has(place) ? last : place);
  }
  const drawn = Uint32Array.from(chosen, (place) => elements[place]!);
  random.shuffle(drawn);
  return drawn;
}
