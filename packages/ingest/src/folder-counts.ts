import type { Metrics } from '@twoshot/artifact';
import type { LeftOut, Tell } from './left-out.js';

/** What was done with each input file of a folder. */
export interface FolderTally {
  readonly images: number;
  readonly labelFiles: number;
  readonly leftOut: readonly LeftOut[];
}

/** Counts of files by what was done with them; `files` is the sum of all the others. */
export function countsOf({ images, labelFiles, leftOut }: FolderTally): Metrics {
  const reasons = new Map<string, number>();
  for (const { reason } of leftOut) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  const files = images + labelFiles + leftOut.length;
  const byReason = [...reasons].toSorted(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  return {
    values: {
      files,
      'read as images': images,
      'read as labels': labelFiles,
      ...Object.fromEntries(byReason.map(([reason, count]) => [`left out: ${reason}`, count])),
    },
    protocol: { type: 'count', of: 'files', set: 'the folder', rows: files, seed: 0, n: 1, outside: [] },
  };
}

/** Summarises all files in one line. */
export function logCounts({ images, labelFiles, leftOut }: FolderTally, hidden: number, log: Tell['log']): void {
  const files = images + labelFiles + leftOut.length;
  log(
    `${files} files: ${images} read as images, ${labelFiles} as labels, ${leftOut.length} left out; in addition ${hidden} hidden files, leftovers and stores, which are ignored`,
  );
}
