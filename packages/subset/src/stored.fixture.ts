import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Rows, rowName, rowsOf, writeSubset } from '@twoshot/artifact';
import { afterAll } from 'vitest';

/** Writes artifacts into folders that are removed after the tests of a file. */
export function temporaryArtifacts(): (write: (dir: string) => Promise<void>) => Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'twoshot-subset-'));
  afterAll(() => rmSync(root, { recursive: true }));
  let count = 0;
  return async (write) => {
    const dir = join(root, String(count++));
    mkdirSync(dir);
    await write(dir);
    return dir;
  };
}

export const trainRows = (...index: number[]): Rows => rowsOf('train', Uint32Array.from(index));

export const subsetOf = (rows: Rows) => (dir: string) => writeSubset(dir, { rows, reason: 'selected by hand' });

export const namesOf = (rows: Rows): string[] => Array.from({ length: rows.count }, (_, row) => rowName(rows, row));
