import { mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode, writeDurably } from '@twoshot/disk';
import { failed, type Failure, type Result, RunProblem, success } from '@twoshot/diagnostics';
import { writingTo } from './disk-failure.js';

/** Raised whenever files of the store change their place or meaning. */
export const storeFormat = 1;

/** Where artifacts live, addressed by content; a directory and the places of things in it. */
export interface Store {
  readonly root: string;
  /** Directory of an artifact. */
  object(digest: string): string;
  /** Files of an artifact as they were when it was stored. */
  objectRecord(digest: string): string;
  manifest(key: string): string;
  log(key: string): string;
  /** Directory of the read sets that results with this base document had. */
  readSets(base: string): string;
  /** Keys of earlier results of a stage of a pipeline, oldest first. */
  history(stage: string): string;
  /** Directory in which the stage that does a piece of work keeps what it goes on from, beside others of its kind. */
  checkpoints(kind: string, work: string): string;
  readonly checkpointFolder: string;
  readonly locks: string;
  lock(name: string): string;
  readonly scratch: string;
  readonly runs: string;
}

const spread = (digest: string): string => join(digest.slice(0, 2), digest);

export function storeAt(root: string): Store {
  return {
    root,
    object: (digest) => join(root, 'objects', spread(digest)),
    objectRecord: (digest) => join(root, 'objects', `${spread(digest)}.json`),
    manifest: (key) => join(root, 'results', `${spread(key)}.json`),
    log: (key) => join(root, 'results', `${spread(key)}.log`),
    readSets: (base) => join(root, 'reads', spread(base)),
    history: (stage) => join(root, 'history', `${encodeURIComponent(stage)}.ndjson`),
    checkpoints: (kind, work) => join(root, 'checkpoints', kind, work),
    checkpointFolder: join(root, 'checkpoints'),
    locks: join(root, 'locks'),
    lock: (name) => join(root, 'locks', `${name}.lock`),
    scratch: join(root, 'scratch'),
    runs: join(root, 'runs'),
  };
}

const formatFailure = (root: string, found: string, next: string): Failure => ({
  code: 'store-format',
  message: `The store ${root} cannot be used`,
  where: null,
  expected: `a store of format ${storeFormat}, or an empty folder`,
  found,
  next,
});

async function readFormat(root: string): Promise<Result<'ours' | 'none'>> {
  let text: string;
  try {
    text = await readFile(join(root, 'format.json'), 'utf8');
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' && systemCode(error) !== 'ENOTDIR') throw error;
    return success('none');
  }
  let format: unknown;
  try {
    format = (JSON.parse(text) as { format?: unknown } | null)?.format;
  } catch {
    format = undefined;
  }
  if (format === storeFormat) return success('ours');
  return failed(
    typeof format === 'number' && format > storeFormat
      ? formatFailure(
          root,
          `format ${format}, of a newer Twoshot`,
          'update Twoshot, or name another store with --store',
        )
      : formatFailure(root, 'a file format.json that Twoshot did not write', 'name another store with --store'),
  );
}

/** Opens a store only to look things up; one that is not there is empty. */
export async function openForReading(root: string): Promise<Result<Store>> {
  const format = await readFormat(root);
  return format.ok ? success(storeAt(root)) : format;
}

/** Opens a store to run on it, and makes it where there is none yet. */
export async function openStore(root: string): Promise<Result<Store>> {
  const store = storeAt(root);
  try {
    const format = await writingTo(root, () => readFormat(root));
    if (!format.ok) return format;
    await writingTo(root, async () => {
      await mkdir(root, { recursive: true });
      if (format.value === 'none') {
        // A folder of something else, named by mistake, is not to be filled. Another run may have made the store since
        // its format was read; it writes the format first.
        const names = await readdir(root);
        const others = names.filter((name) => !name.startsWith('format.json'));
        if (others.length > 0 && !names.includes('format.json'))
          throw new RunProblem(
            formatFailure(
              root,
              `a folder with other things in it, e.g. ${others[0]!}`,
              'name an empty folder with --store',
            ),
          );
        await writeDurably(join(root, 'format.json'), `${JSON.stringify({ format: storeFormat })}\n`);
      }
      await mkdir(store.scratch, { recursive: true });
      await mkdir(store.locks, { recursive: true });
      // A store that was made writable and is not any more has all its folders: only a new file tells.
      await writeDurably(join(store.scratch, 'writable'), '');
    });
    return success(store);
  } catch (error) {
    if (error instanceof RunProblem) return failed(error.failure);
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ELOOP')
      return failed(formatFailure(root, 'a link to nothing', 'name a folder with --store'));
    if (systemCode(error) === 'ENOTDIR' || systemCode(error) === 'EEXIST')
      return failed(formatFailure(root, 'a file of that name', 'name a folder with --store'));
    throw error;
  }
}
