/** How the terms of a loss become one number: over all of them, or over those above 0. */
export type Reduction = 'mean' | 'avg-nonzero';

/** What the sum over the terms is divided by; an empty set gives 1, so that the loss over it is 0. */
export function divisor(reduction: Reduction, terms: number, aboveZero: number): number {
  return Math.max(1, reduction === 'mean' ? terms : aboveZero);
}
