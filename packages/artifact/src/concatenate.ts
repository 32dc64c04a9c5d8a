import type { NumberArray, NumberArrayConstructor } from './arrow/column.js';

/** One array out of several. */
export function concatenate<A extends NumberArray>(parts: readonly A[], array: NumberArrayConstructor<A>): A {
  const all = new array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
