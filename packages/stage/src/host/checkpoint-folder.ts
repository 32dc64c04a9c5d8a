import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checkpoint, Checkpoints } from '../checkpoint.js';
import { readCheckpoint, writeCheckpoint } from './checkpoint-file.js';

/** Where a stage keeps its checkpoints. */
export interface CheckpointSettings {
  /** Only one process writes here at a time; made with the first checkpoint. */
  readonly folder: string;
  /** Between two checkpoints of a part; at the end of an epoch a sixth of it is enough. */
  readonly seconds: number;
}

/** Checkpoints that are kept of a part: the one before the last serves where the last is torn. */
const kept = 2;
const ending = '.checkpoint';
const draftEnding = '.draft';

/** The checkpoints of one part of a stage, as files of a folder, oldest first by their names. */
export function checkpointFolder(
  { folder, seconds }: CheckpointSettings,
  part: string,
  warn: (line: string) => void,
): Checkpoints {
  const prefix = `${encodeURIComponent(part).replaceAll('.', '%2E')}.`;
  let last = performance.now();
  let warned = false;

  async function files(): Promise<string[]> {
    try {
      const names = await readdir(folder);
      return names.filter((name) => name.startsWith(prefix) && name.endsWith(ending)).sort();
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
  }

  async function keep(checkpoint: Checkpoint): Promise<void> {
    await mkdir(folder, { recursive: true });
    await removeDrafts(folder);
    const before = await files();
    const draft = join(folder, `${randomUUID()}${draftEnding}`);
    await writeCheckpoint(draft, checkpoint);
    await rename(draft, join(folder, `${prefix}${String(numberOf(before.at(-1)) + 1).padStart(9, '0')}${ending}`));
    await syncFolder(folder);
    for (const name of before.slice(0, Math.max(0, before.length + 1 - kept))) await rm(join(folder, name));
  }

  const numberOf = (name: string | undefined): number =>
    name === undefined ? 0 : Number(name.slice(prefix.length, -ending.length));

  return {
    async load(fits) {
      for (const name of (await files()).reverse()) {
        const checkpoint = await readCheckpoint(join(folder, name)).catch(() => null);
        if (checkpoint !== null && fits(checkpoint)) return checkpoint;
      }
      return null;
    },
    isDue: (atEpochEnd) => performance.now() - last >= 1000 * (atEpochEnd ? seconds / 6 : seconds),
    async save(checkpoint) {
      try {
        await keep(checkpoint);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        if (!warned) warn(`No checkpoint could be written, an interruption would begin anew: ${reason}`);
        warned = true;
      }
      last = performance.now();
    },
  };
}

/** What processes that were killed while they wrote have left. */
async function removeDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (name.endsWith(draftEnding)) await rm(join(folder, name), { force: true });
}

/** Makes new names survive a loss of power; Windows has no such call and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
