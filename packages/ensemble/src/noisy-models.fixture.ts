import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Labels,
  type Predictions,
  readPredictions,
  rowsOf,
  writeLabels,
  writePredictions,
} from '@twoshot/artifact';
import { createRandom } from '@twoshot/engine/random';

/** Predictions of synthetic models for tests of ensembles; row i of a set belongs to class i % 3. */
export const classNames = ['ash', 'birch', 'cedar'];
export const classOf = (row: number): number => row % classNames.length;

const root = mkdtempSync(join(tmpdir(), 'twoshot-ensemble-'));
process.once('exit', () => rmSync(root, { recursive: true, force: true }));
let made = 0;

async function freshFolder(): Promise<string> {
  const dir = join(root, String(made++));
  await mkdir(dir);
  return dir;
}

export async function storedPredictions(predictions: Predictions): Promise<string> {
  const dir = await freshFolder();
  await writePredictions(dir, predictions);
  return dir;
}

/** Labels of the first rows of a set. */
export async function storedLabels(set: string, count: number, changes: Partial<Labels> = {}): Promise<string> {
  const dir = await freshFolder();
  await writeLabels(dir, {
    rows: rowsOf(
      set,
      Uint32Array.from({ length: count }, (_, row) => row),
    ),
    classNames,
    label: Int32Array.from({ length: count }, (_, row) => classOf(row)),
    weight: new Float32Array(count).fill(1),
    source: 'given',
    origin: { split: 0, draw: 0 },
    ...changes,
  });
  return dir;
}

/**
 * Logits in which the true class leads by `skill` on average, with noise of standard deviation 1; a model without skill
 * guesses.
 */
export function noisyModel(seed: number, set: string, count: number, skill: number): Predictions {
  const random = createRandom(seed).fork(set);
  const values = Float32Array.from(
    { length: count * classNames.length },
    (_, i) => random.normal() + (i % classNames.length === classOf(Math.floor(i / classNames.length)) ? skill : 0),
  );
  return {
    rows: rowsOf(
      set,
      Uint32Array.from({ length: count }, (_, row) => row),
    ),
    classNames,
    scale: 'logits',
    values,
  };
}

/** Fraction of rows whose most likely class is the true one. */
export async function accuracyOf(dir: string): Promise<number> {
  const { rows, values } = await readPredictions(dir);
  let right = 0;
  for (let row = 0; row < rows.count; row++) {
    const own = [...values.subarray(row * 3, row * 3 + 3)];
    if (own.indexOf(Math.max(...own)) === classOf(row)) right++;
  }
  return right / rows.count;
}
