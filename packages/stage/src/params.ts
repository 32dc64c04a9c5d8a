/**
 * Params of a stage, declared once: the JSON Schema that validates them (and that editors read) and the TypeScript
 * type that `run` receives come from the same expression.
 *
 * @example
 * const params = { steps: integer({ default: 1500, minimum: 1, doc: 'optimiser steps' }), net: choice(['conv4', 'resnet9'], { default: 'conv4', doc: '...' }) };
 * type P = ParamValues<typeof params>; // { steps: number; net: 'conv4' | 'resnet9' }
 */
export interface Param<T> {
  /** JSON Schema of the value, with its default. */
  readonly schema: JsonSchema;
  /** True for a file or folder outside the store, or several: the key holds the digest of what is there, not the path. */
  readonly external: boolean;
  /** `--draws` sets the values of the param, one after the other. */
  readonly drawn?: boolean;
  /** Name that the param had in earlier versions: a pipeline that still gives it is refused with the new name. */
  readonly formerly?: string;
  /** Carries the type only; never set. */
  readonly value?: T;
}

export type JsonSchema = { readonly [keyword: string]: unknown };
export type Params = Readonly<Record<string, Param<unknown>>>;
export type ParamValues<P extends Params> = { readonly [K in keyof P]: P[K] extends Param<infer T> ? T : never };

interface Common<T> {
  /** One sentence for `twoshot stages NAME` and for editors, with the unit and the source of the default. */
  readonly doc: string;
  /** A param without a default must be given in the pipeline. */
  readonly default?: T;
  /** Name that the param had in earlier versions. */
  readonly formerly?: string;
}
interface Range {
  readonly minimum?: number;
  readonly maximum?: number;
}

type Traits = Omit<Param<unknown>, 'schema' | 'value'>;

function param<T>(
  schema: JsonSchema,
  { doc, default: fallback, formerly }: Common<T>,
  traits: Traits = { external: false },
): Param<T> {
  return {
    schema: { ...schema, description: doc, ...(fallback === undefined ? {} : { default: fallback }) },
    ...traits,
    ...(formerly === undefined ? {} : { formerly }),
  };
}

const range = ({ minimum, maximum }: Range): JsonSchema => ({
  ...(minimum === undefined ? {} : { minimum }),
  ...(maximum === undefined ? {} : { maximum }),
});

/** @param options `drawn`: the param that `--draws` varies, e.g. which rows are labelled */
export const integer = ({ drawn, ...options }: Common<number> & Range & { readonly drawn?: true }): Param<number> =>
  param({ type: 'integer', ...range(options) }, options, { external: false, ...(drawn === true ? { drawn } : {}) });

export const number = (options: Common<number> & Range): Param<number> =>
  param({ type: 'number', ...range(options) }, options);

export const flag = (options: Common<boolean>): Param<boolean> => param({ type: 'boolean' }, options);

export const text = (options: Common<string>): Param<string> => param({ type: 'string' }, options);

export const choice = <const T extends string>(values: readonly T[], options: Common<T>): Param<T> =>
  param({ enum: values }, options);

export const numbers = (options: Common<readonly number[]> & Range): Param<readonly number[]> =>
  param({ type: 'array', items: { type: 'number', ...range(options) } }, options);

/** Some of given words, at least one, in the order of the user. */
export const choices = <const T extends string>(
  values: readonly T[],
  options: Common<readonly T[]>,
): Param<readonly T[]> => param({ type: 'array', items: { enum: values }, minItems: 1, uniqueItems: true }, options);

export const texts = (options: Common<readonly string[]>): Param<readonly string[]> =>
  param({ type: 'array', items: { type: 'string' } }, options);

const traitsOf = ({ external, drawn, formerly }: Traits): Traits => ({
  external,
  ...(drawn === undefined ? {} : { drawn }),
  ...(formerly === undefined ? {} : { formerly }),
});

/** A value that may be absent: `null` in YAML and in `run`. */
export const optional = <T>(inner: Param<T>, doc: string): Param<T | null> =>
  param<T | null>({ anyOf: [inner.schema, { type: 'null' }] }, { doc, default: null }, traitsOf(inner));

const aPath: JsonSchema = { type: 'string', minLength: 1 };

/** A file or folder outside the store, relative to the workspace root or absolute; `run` receives it absolute. */
export const externalPath = (options: Common<string>): Param<string> => param(aPath, options, { external: true });

/** One or several files or folders outside the store, as `externalPath`; `run` receives what the user wrote, absolute. */
export const externalPaths = (options: Common<string | readonly string[]>): Param<string | readonly string[]> =>
  param({ anyOf: [aPath, { type: 'array', items: aPath, minItems: 1, uniqueItems: true }] }, options, {
    external: true,
  });
