import { randomUUID } from 'node:crypto';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isFolderIn, makeFolderIn, systemCode } from '@twoshot/disk';
import type { Checkpoint, Checkpoints } from '../checkpoint.js';
import { readCheckpoint, writeCheckpoint } from './checkpoint-file.js';
import { draftEnding, endEnding, ending, isCheckpointName } from './checkpoint-name.js';

/** Where a stage stores its checkpoints. */
export interface CheckpointSettings {
  /** Only one process writes here at a time; made with the first checkpoint, two levels below a folder that exists. */
  readonly folder: string;
  /** Whether the folders next to it hold checkpoints of shorter or longer runs of the same work, which count too. */
  readonly sharesCheckpoints: boolean;
  /** Between two checkpoints of a part; at the end of an epoch a sixth of it is enough. 0: whenever asked. */
  readonly seconds: number;
}

/** Checkpoints kept per part: the one before the last is used if the last is torn. */
const kept = 2;
/** Writing takes no more than this share of the time, however large a checkpoint is. */
const largestShare = 0.02;
interface Found {
  readonly file: string;
  readonly step: number;
}

/** The checkpoints of one part of a stage, as files of a folder. */
export function checkpointFolder(
  { folder, sharesCheckpoints, seconds }: CheckpointSettings,
  part: string,
  warn: (line: string) => void,
): Checkpoints {
  const root = dirname(dirname(folder));
  const prefix = `${encodeURIComponent(part).replaceAll('.', '%2E')}.`;
  let last = performance.now();
  let cost = 0;
  let warned = false;

  const nameOf = (step: number, isEnd: boolean): string =>
    `${prefix}${String(step).padStart(9, '0')}${isEnd ? endEnding : ending}`;

  /** Of this part, furthest first. */
  async function filesOf(of: string, endings: readonly string[]): Promise<Found[]> {
    const names = (await namesIn(of)).filter(
      (name) => name.startsWith(prefix) && endings.some((end) => name.endsWith(end)),
    );
    return names
      .map((name) => ({ file: join(of, name), step: Number(name.slice(prefix.length).split('.')[0]) }))
      .sort((a, b) => b.step - a.step);
  }

  async function keep(checkpoint: Checkpoint, isEnd: boolean): Promise<void> {
    await makeFolderIn(root, folder);
    await removeDrafts(folder);
    const draft = join(folder, `${randomUUID()}${draftEnding}`);
    await writeCheckpoint(draft, checkpoint);
    await rename(draft, join(folder, nameOf(checkpoint.step, isEnd)));
    await syncFolder(folder);
    for (const { file } of (await filesOf(folder, [ending])).slice(kept))
      await rm(file, { force: true }).catch(() => undefined);
  }

  async function candidates(): Promise<Found[]> {
    // Through a link somebody else's files would be read, and those that are torn be deleted.
    const isOwn = await isFolderIn(root, folder).catch(() => false);
    const own = isOwn ? await filesOf(folder, [ending, endEnding]) : [];
    if (!sharesCheckpoints) return own;
    const parent = dirname(folder);
    const others = (await namesIn(parent)).filter((name) => name !== basename(folder));
    const found = await Promise.all(others.map((name) => filesOf(join(parent, name), [ending, endEnding])));
    return [...own, ...found.flat()].sort((a, b) => b.step - a.step);
  }

  return {
    async load(fits) {
      for (const { file } of await candidates()) {
        // One of other work may be removed while it is looked at.
        const checkpoint = await readCheckpoint(file).catch(() => null);
        if (checkpoint !== null && fits(checkpoint)) return checkpoint;
        // A torn one would count as the last of two that are kept.
        if (checkpoint === null && dirname(file) === folder) await rm(file, { force: true }).catch(() => undefined);
      }
      return null;
    },
    isDue(atEpochEnd) {
      const shortest = 1000 * (atEpochEnd ? seconds / 6 : seconds);
      return performance.now() - last >= (seconds === 0 ? 0 : Math.max(shortest, cost / largestShare));
    },
    async save(checkpoint, isEnd = false) {
      const start = performance.now();
      try {
        await keep(checkpoint, isEnd);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        if (!warned)
          warn(`No checkpoint could be written; after an interruption the stage would start over: ${reason}`);
        warned = true;
      }
      last = performance.now();
      cost = last - start;
    },
  };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error))) return [];
    throw error;
  }
}

/** What processes that were killed while they wrote have left. */
async function removeDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (isCheckpointName(name) && name.endsWith(draftEnding)) await rm(join(folder, name), { force: true });
}

/** Makes new names survive a power failure; Windows has no such call and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
