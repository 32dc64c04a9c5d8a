import { readFileSync, statSync } from 'node:fs';
import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

/** Whether a file says at its top that it is slow. */
export const isSlow = (file: string): boolean => readFileSync(file, 'utf8').startsWith('// @module-tag slow\n');

/** Starts the slow files before all others, so that none of them is left for one worker alone at the end. */
export class SlowFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const ranked = files.map((file) => ({ file, rank: rank(file) }));
    return ranked.toSorted((a, b) => b.rank - a.rank).map(({ file }) => file);
  }
}

/** Slow ones, among them those that run pipelines, then large ones. */
function rank({ moduleId }: TestSpecification): number {
  return (isSlow(moduleId) ? 1e9 : 0) + (moduleId.includes('/end-to-end/') ? 1e8 : 0) + statSync(moduleId).size;
}
