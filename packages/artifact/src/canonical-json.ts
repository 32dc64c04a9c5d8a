import { createHash } from 'node:crypto';
import type { Json } from './contents.js';

/** Creates the error for a JSON value that cannot be written: its path, e.g. `/values/accuracy`, and what was found. */
export type RefuseNumber = (path: string, found: string) => Error;

const refuseNumber: RefuseNumber = (path, found) =>
  new TypeError(`Expected a finite number at '${path}', got ${found}`);

/**
 * A value with the keys of its objects in one order: integers first, ascending, then by code unit (the language of the
 * machine has no part in it). Entries that are `undefined` are left out.
 */
export function sortedJson(value: unknown, refuse: RefuseNumber = refuseNumber, path: string = ''): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) throw refuse(path, String(value));
  if (Array.isArray(value)) return value.map((one, at) => sortedJson(one, refuse, `${path}/${at}`));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sortedJson(one, refuse, `${path}/${key}`)]),
  );
}

/**
 * The one spelling of a JSON value: keys sorted, no white space. Equal values give equal texts, in whatever order they
 * were built.
 *
 * @throws TypeError for a number that JSON cannot hold: `NaN` and the infinities would all become `null`
 */
export const canonicalJson = (value: unknown): string => JSON.stringify(sortedJson(value)) ?? 'null';

export const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** SHA-256 of the canonical JSON of a value. */
export const digestOf = (value: unknown): string => sha256(canonicalJson(value));

/** A value as it comes back from its canonical JSON. */
export const asJson = (value: unknown): Json => JSON.parse(canonicalJson(value)) as Json;
