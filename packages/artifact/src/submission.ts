import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '@twoshot/disk';
import { ArtifactError } from './artifact-error.js';

const fileName = 'submission.csv';

/** Writes the submission, a CSV with LF line ends. */
export async function writeSubmission(dir: string, csv: string): Promise<void> {
  const file = join(dir, fileName);
  if (csv.includes('\r')) throw new ArtifactError(file, 'LF line ends', 'a carriage return');
  await writeFile(file, csv);
}

export async function readSubmission(dir: string): Promise<string> {
  const file = join(dir, fileName);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw new ArtifactError(file, 'a submission', 'no such file');
    throw error;
  }
}
