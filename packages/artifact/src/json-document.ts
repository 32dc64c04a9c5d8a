import { readFile, writeFile } from 'node:fs/promises';
import { ArtifactError, messageOf, systemCode } from './artifact-error.js';
import type { Json } from './contents.js';
import { type Place, inside, isList, isObject } from './json-shape.js';

/**
 * Writes a JSON document, keys sorted. JSON has no NaN and no infinities: they are refused with the place where they
 * stand.
 */
export async function writeDocument(file: string, value: Json): Promise<void> {
  await writeFile(file, `${JSON.stringify(sorted(value, { file, path: '' }), null, 2)}\n`);
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
  return parseJson(file, source);
}

/** Parses JSON text that stands in a file. */
export function parseJson(file: string, source: string): Json {
  try {
    const value: Json = JSON.parse(source);
    return value;
  } catch (error) {
    throw new ArtifactError(file, 'a JSON document', messageOf(error));
  }
}

/** The one spelling of a JSON value: keys sorted, no white space. */
export function canonicalJson(value: Json): string {
  return JSON.stringify(sorted(value, { file: '', path: '' }));
}

function sorted(value: Json, place: Place): Json {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new ArtifactError(place.file, `a finite number at '${place.path}'`, String(value));
  if (isList(value)) return value.map((one, at) => sorted(one, inside(place, at)));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one, inside(place, key))]));
}
