import { readFile, writeFile } from 'node:fs/promises';
import { systemCode } from '@twoshot/disk';
import { ArtifactError, messageOf } from './artifact-error.js';
import { sortedJson } from './canonical-json.js';
import type { Json } from './contents.js';

/**
 * Writes a JSON document, keys sorted. JSON has no NaN and no infinities: they are refused with the place where they
 * stand.
 */
export async function writeDocument(file: string, value: Json): Promise<void> {
  const refuse = (path: string, found: string): Error => new ArtifactError(file, `a finite number at '${path}'`, found);
  await writeFile(file, `${JSON.stringify(sortedJson(value, refuse), null, 2)}\n`);
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
