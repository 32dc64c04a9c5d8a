import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Features, type Labels, rowsOf, writeFeatures, writeLabels } from '@twoshot/artifact';
import { createRandom } from '@twoshot/engine/random';

/** Three clouds of rows for tests of stages; row i of a set belongs to cloud i % 3. */
export const classNames = ['ash', 'birch', 'cedar'];
export const cloudOf = (row: number): number => row % classNames.length;

const dim = 6;

/** Features whose row r has the index 5 r + 2. */
export function blobs(set: string, count: number, spread = 0.25): Features {
  const random = createRandom(3).fork(set);
  const values = new Float32Array(count * dim);
  for (let row = 0; row < count; row++)
    for (let i = 0; i < dim; i++)
      values[row * dim + i] = 0.3 + (i % classNames.length === cloudOf(row) ? 1 : 0) + spread * random.normal();
  return {
    rows: rowsOf(
      set,
      Uint32Array.from({ length: count }, (_, row) => 5 * row + 2),
    ),
    dim,
    values,
  };
}

/** Labels of the first rows of a set made by `blobs`. */
export function labelsOf(set: string, count: number, names: readonly string[] = classNames): Labels {
  return {
    rows: rowsOf(
      set,
      Uint32Array.from({ length: count }, (_, row) => 5 * row + 2),
    ),
    classNames: names,
    label: Int32Array.from({ length: count }, (_, row) => cloudOf(row)),
    weight: new Float32Array(count).fill(1),
    source: 'given',
    origin: { split: 0, draw: 0 },
  };
}

/** The first rows of features. */
export function firstRows({ rows, dim: width, values }: Features, count: number): Features {
  const index = rows.index.slice(0, count);
  return {
    rows: { ...rows, count, index, set: rows.set.slice(0, count) },
    dim: width,
    values: values.slice(0, count * width),
  };
}

const root = mkdtempSync(join(tmpdir(), 'twoshot-infer-'));
process.once('exit', () => rmSync(root, { recursive: true, force: true }));
let made = 0;

export async function freshFolder(): Promise<string> {
  const dir = join(root, String(made++));
  await mkdir(dir);
  return dir;
}

export async function storedFeatures(features: Features): Promise<string> {
  const dir = await freshFolder();
  await writeFeatures(dir, features);
  return dir;
}

export async function storedLabels(labels: Labels): Promise<string> {
  const dir = await freshFolder();
  await writeLabels(dir, labels);
  return dir;
}
