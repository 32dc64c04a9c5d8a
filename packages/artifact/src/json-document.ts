import { readFile, writeFile } from 'node:fs/promises';
import { ArtifactError, messageOf, systemCode } from './artifact-error.js';
import type { Json } from './contents.js';

/**
 * Writes a JSON document, keys sorted. JSON has no NaN and no infinities: they are refused with the place where they
 * stand.
 */
export async function writeDocument(file: string, value: Json): Promise<void> {
  await writeFile(file, `${JSON.stringify(sorted(value, file, ''), null, 2)}\n`);
}

/** Reads a JSON document. */
export async function readDocument(file: string): Promise<Json> {
  let source: string;
  try {
    source = await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw new ArtifactError(file, 'a JSON document', 'no such file');
    throw error;
  }
  try {
    return JSON.parse(source) as Json;
  } catch (error) {
    throw new ArtifactError(file, 'a JSON document', messageOf(error));
  }
}

/** The one spelling of a JSON value: keys sorted, no white space. */
export function canonicalJson(value: Json): string {
  return JSON.stringify(sorted(value, '', ''));
}

/** An object with this member, or an error that names the file. */
export function member(file: string, value: Json, name: string): Json {
  if (isObject(value)) {
    const found = value[name];
    if (found !== undefined) return found;
  }
  const found = isObject(value) ? `members ${Object.keys(value).join(', ')}` : JSON.stringify(value).slice(0, 40);
  throw new ArtifactError(file, `an object with '${name}'`, found);
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(value: Json, file: string, path: string): Json {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new ArtifactError(file, `a finite number at '${path}'`, String(value));
  if (Array.isArray(value)) return value.map((one: Json, at) => sorted(one, file, `${path}/${at}`));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one, file, `${path}/${key}`)]));
}
