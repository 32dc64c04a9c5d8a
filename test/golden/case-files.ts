import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Expected, Tolerance } from './compare.js';
import type { GoldenInputs, GoldenParams } from './op-table.js';

/** One call of an op with what a reference library gives for it. */
export interface GoldenCase extends Tolerance {
  readonly id: string;
  readonly op: string;
  readonly params: GoldenParams;
  readonly inputs: GoldenInputs;
  readonly expected: Readonly<Record<string, Expected>>;
}

/** One golden file. */
export interface GoldenFamily {
  readonly family: string;
  readonly cases: readonly GoldenCase[];
}

/** The golden files of a folder, by name. */
export async function readFamilies(folder: string): Promise<GoldenFamily[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(files.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as GoldenFamily));
}
