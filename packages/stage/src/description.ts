import type { Declaration } from './declaration.js';

/** What a declaration says of a stage, as plain data but for `outside`: all that is needed to plan it. */
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
 * @returns what comes back from JSON, so that a description that was kept says the same as a new one, and `outside`
 * @throws TypeError where the declaration holds a number that JSON cannot hold
 */
export function descriptionOf(declaration: Declaration): Description {
  const said = { ...declaration, prepares: declaration.prepare !== undefined };
  const data = JSON.parse(JSON.stringify(said, plain)) as Description;
  return declaration.outside === undefined ? data : { ...data, outside: (params) => declaration.outside!(params) };
}

/** Whether a description can be kept as JSON. */
export const isData = ({ outside }: Pick<Description, 'outside'>): boolean => outside === undefined;
