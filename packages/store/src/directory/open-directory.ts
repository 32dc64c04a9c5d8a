import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, systemCode, writeDurably } from '@twoshot/disk';
import { failed, type Failure, type Result, RunProblem, success } from '@twoshot/diagnostics';
import type { Store, StoreMode } from '../store.js';
import { writingTo } from '../failing-store.js';
import { diskFailure } from './disk-failure.js';
import { directoryStore } from './directory-store.js';
import type { Digest } from './objects.js';
import { placesIn, type Places } from './places.js';

/** Raised whenever files of the store change their place or meaning. */
const storeFormat = 2;

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
  const other = 'name another store with --store';
  if (typeof format !== 'number')
    return failed(formatFailure(root, 'a file format.json that Twoshot did not write', other));
  return failed(
    format > storeFormat
      ? formatFailure(root, `format ${format}, of a newer Twoshot`, `update Twoshot, or ${other}`)
      : formatFailure(
          root,
          `format ${format}, of an older Twoshot`,
          `delete it, its results are made again; or ${other}`,
        ),
  );
}

async function openToRun(root: string): Promise<Result<Places>> {
  const places = placesIn(root);
  const disk = { failureOf: (error: unknown) => diskFailure(root, error) };
  try {
    const format = await writingTo(disk, () => readFormat(root));
    if (!format.ok) return format;
    await writingTo(disk, async () => {
      await makeFolder(root);
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
      await makeFolder(places.scratch);
      await makeFolder(places.locks);
      // A store that was made writable and is not any more has all its folders: only a new file tells.
      await writeDurably(join(places.scratch, 'writable'), '');
    });
    return success(places);
  } catch (error) {
    if (error instanceof RunProblem) return failed(error.failure);
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ELOOP')
      return failed(formatFailure(root, 'a link to nothing', 'name a folder with --store'));
    if (systemCode(error) === 'ENOTDIR' || systemCode(error) === 'EEXIST')
      return failed(formatFailure(root, 'a file of that name', 'name a folder with --store'));
    throw error;
  }
}

/**
 * Opens a store that is a directory, to run on it (it is made where there is none) or only to look things up (one that
 * is not there is empty).
 *
 * @param digest of an artifact's directory
 */
export async function openDirectory(root: string, mode: StoreMode, digest?: Digest): Promise<Result<Store>> {
  if (mode === 'run') {
    const places = await openToRun(root);
    return places.ok ? success(directoryStore(places.value, digest)) : places;
  }
  const format = await readFormat(root);
  return format.ok ? success(directoryStore(placesIn(root), digest)) : format;
}
