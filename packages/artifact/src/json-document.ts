import { writeFile } from 'node:fs/promises';
import { ArtifactError, messageOf } from './artifact-error.js';
import { sortedJson } from './canonical-json.js';
import type { Json } from './contents.js';
import { readText } from './open-file.js';

/** The longest documents are curves of losses, of some megabytes. */
const longest = 100_000_000;
/** Deeper ones end whoever follows them by recursion. */
const maxDepth = 64;

/**
 * Writes a JSON document, keys sorted. JSON has no NaN and no infinities: they are refused with the place where they
 * stand.
 */
export async function writeDocument(file: string, value: Json): Promise<void> {
  const refuse = (path: string, found: string): Error => new ArtifactError(file, `a finite number at '${path}'`, found);
  await writeFile(file, `${JSON.stringify(sortedJson(value, refuse), null, 2)}\n`);
}

/**
 * Reads a JSON document.
 *
 * @throws ArtifactError where it is none, has more than 100 MB or is nested more than 64 deep
 */
export async function readDocument(file: string): Promise<Json> {
  return parseJson(file, await readText(file, 'a JSON document', longest));
}

/** Parses JSON text that stands in a file. */
export function parseJson(file: string, source: string): Json {
  let value: Json;
  try {
    value = JSON.parse(source) as Json;
  } catch (error) {
    throw new ArtifactError(file, 'a JSON document', messageOf(error));
  }
  checkValues(file, value);
  return value;
}

function checkValues(file: string, value: Json): void {
  let level: Json[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) throw new ArtifactError(file, `JSON nested at most ${maxDepth} deep`, 'deeper');
    // `1e999` is JSON, but no number.
    if (level.some((one) => typeof one === 'number' && !Number.isFinite(one)))
      throw new ArtifactError(file, 'numbers that a double holds', 'one that is larger');
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
}
