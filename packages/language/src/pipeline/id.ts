import type { AxisValue } from './graph.js';

/**
 * A value of an axis as ids show it: numbers and booleans as they are, strings with everything but letters, digits,
 * `_`, `.`, `+` and `-` percent-encoded, so that an id is also a valid file name.
 */
export function axisText(value: AxisValue): string {
  return String(value).replaceAll(/[^\w.+-]/gu, (sign) =>
    [...new TextEncoder().encode(sign)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}

/** `seed` first, the others sorted: an id does not depend on the order of the file. */
export const sortAxes = (axes: Iterable<string>): string[] =>
  [...axes].sort((a, b) => (a === b ? 0 : a === 'seed' || (b !== 'seed' && a < b) ? -1 : 1));

/** `backbone`, `backbone@seed=1`, `backbone@seed=1,lr=0.1`. */
export function stageId(instance: string, axes: Readonly<Record<string, AxisValue>>): string {
  const names = sortAxes(Object.keys(axes));
  if (names.length === 0) return instance;
  return `${instance}@${names.map((name) => `${name}=${axisText(axes[name] ?? '')}`).join(',')}`;
}
