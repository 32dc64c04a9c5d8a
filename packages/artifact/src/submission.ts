import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ArtifactError } from './artifact-error.js';
import { readText } from './open-file.js';

const fileName = 'submission.csv';
/** Tens of millions of rows. */
const longest = 500_000_000;

/** Writes the submission, a CSV with LF line ends. */
export async function writeSubmission(dir: string, csv: string): Promise<void> {
  const file = join(dir, fileName);
  // A name between quotes may hold one.
  if (csv.replaceAll(/"(?:[^"]|"")*"/g, '').includes('\r'))
    throw new ArtifactError(file, 'LF line ends', 'a carriage return');
  await writeFile(file, csv);
}

export async function readSubmission(dir: string): Promise<string> {
  return readText(join(dir, fileName), 'a submission', longest);
}
