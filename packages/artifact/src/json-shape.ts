import { ArtifactError } from './artifact-error.js';
import type { Json } from './contents.js';

/** Where a value stands: the file, and the path in its document. */
export interface Place {
  readonly file: string;
  readonly path: string;
}

/** Checks a value and gives it its type; a value of another shape is an error that names its place. */
export type Shape<T> = (value: Json | undefined, place: Place) => T;

export const anything: Shape<Json> = (value, place) => (value === undefined ? refuse(value, place, 'a value') : value);

export const aString: Shape<string> = (value, place) =>
  typeof value === 'string' ? value : refuse(value, place, 'a string');

/** Hex sha256. Names of files are made of them, so nothing else may pass for one. */
export const aDigest: Shape<string> = (value, place) =>
  typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) ? value : refuse(value, place, 'a hex sha256');

export const aNumber: Shape<number> = (value, place) =>
  typeof value === 'number' ? value : refuse(value, place, 'a number');

/** An integer that a double holds. */
export const aCount =
  (minimum = 0, maximum = Number.MAX_SAFE_INTEGER): Shape<number> =>
  (value, place) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= minimum && value <= maximum
      ? value
      : refuse(
          value,
          place,
          maximum === Number.MAX_SAFE_INTEGER
            ? `an integer of at least ${minimum}`
            : `an integer in ${minimum}..${maximum}`,
        );

export const aBoolean: Shape<boolean> = (value, place) =>
  typeof value === 'boolean' ? value : refuse(value, place, 'true or false');

export const oneOf =
  <const T extends string>(...values: readonly T[]): Shape<T> =>
  (value, place) =>
    values.find((one) => one === value) ?? refuse(value, place, values.join(' or '));

export const exactly =
  <const T extends string | number | boolean>(wanted: T): Shape<T> =>
  (value, place) =>
    value === wanted ? wanted : refuse(value, place, JSON.stringify(wanted));

export const nullable =
  <T>(shape: Shape<T>): Shape<T | null> =>
  (value, place) =>
    value === null ? null : shape(value, place);

export const listOf =
  <T>(shape: Shape<T>): Shape<T[]> =>
  (value, place) =>
    isList(value) ? value.map((one, at) => shape(one, inside(place, at))) : refuse(value, place, 'a list');

export const recordOf =
  <T>(shape: Shape<T>): Shape<Record<string, T>> =>
  (value, place) => {
    const entries = Object.entries(object(value, place));
    return Object.fromEntries(entries.map(([key, one]) => [key, shape(one, inside(place, key))]));
  };

/** A shape for every member of an object; other members are passed over, optional ones that are absent stay so. */
export type Members<T> = { readonly [Name in keyof T]-?: Shape<T[Name]> };

export const objectOf =
  <T extends object>(members: Members<T>): Shape<T> =>
  (value, place) => {
    const own = object(value, place);
    const entries = Object.entries<Shape<unknown>>(members);
    const checked = entries.map(([name, shape]) => [name, shape(own[name], inside(place, name))] as const);
    return Object.fromEntries(checked.filter(([, one]) => one !== undefined)) as T;
  };

export const optional =
  <T>(shape: Shape<T>): Shape<T | undefined> =>
  (value, place) =>
    value === undefined ? undefined : shape(value, place);

/** The value as an object, whatever its members. */
export function object(value: Json | undefined, place: Place): { readonly [key: string]: Json } {
  return isObject(value) ? value : refuse(value, place, 'an object');
}

export function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !isList(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The place of a member or an element. */
export function inside({ file, path }: Place, key: string | number): Place {
  return { file, path: `${path}/${key}` };
}

function refuse(value: Json | undefined, { file, path }: Place, expected: string): never {
  const found = value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 60);
  throw new ArtifactError(file, path === '' ? expected : `${expected} at '${path}'`, found);
}
