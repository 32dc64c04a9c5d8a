import type { Declaration } from './declaration.js';

/** What a declaration says of a stage, as plain data: all that is needed to plan a stage without loading its code. */
export interface Description extends Omit<Declaration, 'prepare' | 'run'> {
  /** Whether the stage can download its external files. */
  readonly prepares: boolean;
}

const plain = (_: string, value: unknown): unknown => {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new TypeError(`its declaration holds ${value}, which JSON cannot hold`);
  return value;
};

/**
 * @returns what comes back from JSON, which leaves functions out: a description that was kept says the same as a new one
 * @throws TypeError where the declaration holds a number that JSON cannot hold
 */
export const descriptionOf = (declaration: Declaration): Description =>
  JSON.parse(JSON.stringify({ ...declaration, prepares: declaration.prepare !== undefined }, plain)) as Description;
