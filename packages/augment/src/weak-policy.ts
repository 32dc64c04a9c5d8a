import type { Normalisation, Operation, Policy } from '@twoshot/views';

export interface WeakStrengths {
  readonly size: number;
  readonly padding: number;
  readonly mirror: boolean;
  readonly normalise: Normalisation;
}

/** Mirror image and a shift by a few pixels: what FixMatch calls weak (Sohn et al. 2020). */
export function weakPolicy({ size, padding, mirror, normalise }: WeakStrengths): Policy {
  return { name: 'weak', size, mirror, border: 'reflect', normalise, operations: weakOperations(mirror, padding) };
}

export function weakOperations(mirror: boolean, padding: number): Operation[] {
  const operations: Operation[] = [];
  if (mirror) operations.push({ op: 'horizontal-flip', probability: 0.5 });
  if (padding > 0) operations.push({ op: 'pad-crop', padding });
  return operations;
}
