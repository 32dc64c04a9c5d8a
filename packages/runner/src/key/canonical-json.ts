import { createHash } from 'node:crypto';
import type { Json } from '@twoshot/artifact';

/**
 * JSON with sorted keys and no spaces: equal values give equal texts, whatever the order in which they were built.
 * Entries that are `undefined` are left out, as `JSON.stringify` does.
 *
 * @throws TypeError for a number that JSON cannot hold: `NaN` and the infinities would all become `null`.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new TypeError(`Expected a finite number, got ${String(value)}`);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .filter(([, item]) => item !== undefined)
      // Code unit order: `localeCompare` depends on the machine's language.
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`)
      .join(',')}}`;
  return JSON.stringify(value) ?? 'null';
}

export const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** SHA-256 of the canonical JSON of a value. */
export const digestOf = (value: unknown): string => sha256(canonicalJson(value));

/** A value as it comes back from the canonical JSON. */
export const asJson = (value: unknown): Json => JSON.parse(canonicalJson(value)) as Json;
