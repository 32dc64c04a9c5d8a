import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rowsOf, writeLabels } from '@twoshot/artifact';

export const temporaryFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'twoshot-score-'));

/** Labels of cats and dogs as an artifact; returns its path. */
export async function labelsOf(
  set: string,
  index: readonly number[],
  label: readonly number[],
  draw = 0,
): Promise<string> {
  const path = await temporaryFolder();
  await writeLabels(path, {
    rows: rowsOf(set, Uint32Array.from(index)),
    classNames: ['cat', 'dog'],
    label: Int32Array.from(label),
    weight: new Float32Array(label.length).fill(1),
    source: 'given',
    origin: { split: 3, draw },
  });
  return path;
}
