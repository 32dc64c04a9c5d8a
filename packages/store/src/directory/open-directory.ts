import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { IrregularFileError, makeFolder, readRegularFile, replaceDurably, systemCode } from '@twoshot/disk';
import { failed, type Failure, type Result, RunProblem, success } from '@twoshot/diagnostics';
import type { Store, StoreMode, StoreOptions } from '../store.js';
import { writingTo } from '../failing-store.js';
import { diskFailure } from './disk-failure.js';
import { directoryStore } from './directory-store.js';
import type { Digest } from './objects.js';
import { writeInto } from './sealed-file.js';
import { placesIn, storeFolders, type Places } from './places.js';

/** Increased whenever files of the store change their path or meaning. */
const storeFormat = 3;

/** Bytes; the file takes a few. */
const formatLimit = 4096;

const formatFailure = (root: string, found: string, next: string): Failure => ({
  code: 'store-format',
  message: `The store ${root} cannot be used`,
  where: null,
  expected: `a store of format ${storeFormat}, or an empty folder`,
  found,
  next,
});

const other = 'use another store with --store';

async function readFormat(root: string): Promise<Result<'ours' | 'none'>> {
  const path = join(root, 'format.json');
  let text: string;
  try {
    text = (await readRegularFile(path, { limit: formatLimit })).toString();
  } catch (error) {
    if (error instanceof IrregularFileError)
      return failed(formatFailure(root, `${error.found} instead of the file format.json`, other));
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
  if (typeof format !== 'number')
    return failed(formatFailure(root, 'a file format.json that Twoshot did not write', other));
  return failed(
    format > storeFormat
      ? formatFailure(root, `format ${format}, of a newer Twoshot`, `update Twoshot, or ${other}`)
      : formatFailure(root, `format ${format}, of an older Twoshot`, `delete it, and stages run again; or ${other}`),
  );
}

/** Folders of a store must not be links: writing to a link would write elsewhere. */
async function checkFolders(root: string): Promise<Result<null>> {
  for (const name of storeFolders) {
    const found = await lstat(join(root, name)).catch(() => null);
    if (found !== null && !found.isDirectory())
      return failed(
        formatFailure(
          root,
          `${found.isSymbolicLink() ? 'a link' : 'a file'} instead of its folder ${name}`,
          `remove ${join(root, name)}, link targets were not touched; or ${other}`,
        ),
      );
  }
  return success(null);
}

async function openToRun(root: string, warn: StoreOptions['warn']): Promise<Result<Places>> {
  const places = placesIn(root, warn);
  const disk = { failureOf: (error: unknown) => diskFailure(root, error) };
  try {
    const format = await writingTo(disk, () => readFormat(root));
    if (!format.ok) return format;
    await writingTo(disk, async () => {
      await makeFolder(root);
      if (format.value === 'none') {
        // A folder with other content, named by mistake, must not be filled. Another run may have created the store
        // since its format was read; it writes the format first.
        const names = await readdir(root);
        const others = names.filter((name) => !name.startsWith('format.json'));
        if (others.length > 0 && !names.includes('format.json'))
          throw new RunProblem(
            formatFailure(root, `a folder with other content, e.g. ${others[0]!}`, 'use an empty folder with --store'),
          );
        await replaceDurably(join(root, 'format.json'), `${JSON.stringify({ format: storeFormat })}\n`);
      }
    });
    const folders = await checkFolders(root);
    if (!folders.ok) return folders;
    await writingTo(disk, async () => {
      for (const folder of [places.scratch, places.locks, places.checkpointFolder]) await makeFolder(folder);
      // A store that has become read-only has all its folders: only writing a file shows it.
      await writeInto(places, join(places.scratch, 'writable'), '');
    });
    return success(places);
  } catch (error) {
    if (error instanceof RunProblem) return failed(error.failure);
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ELOOP')
      return failed(
        formatFailure(
          root,
          (await lstat(root).catch(() => null)) === null ? 'a place that takes no folder' : 'a broken link',
          'name a folder with --store',
        ),
      );
    if (systemCode(error) === 'ENAMETOOLONG')
      return failed(formatFailure(root, 'a name that is too long for the disk', 'use a shorter one with --store'));
    if (systemCode(error) === 'ENOTDIR' || systemCode(error) === 'EEXIST')
      return failed(formatFailure(root, 'a file of that name', 'use a folder with --store'));
    throw error;
  }
}

/**
 * Opens a store in a directory, to run on it (it is created if missing) or only to read it (a missing one is empty).
 *
 * @param digest of an artifact's directory
 */
export async function openDirectory(
  root: string,
  mode: StoreMode,
  { verify, warn }: StoreOptions = {},
  digest?: Digest,
): Promise<Result<Store>> {
  if (mode === 'run') {
    const places = await openToRun(root, warn);
    return places.ok ? success(directoryStore(places.value, digest, verify)) : places;
  }
  const format = await readFormat(root);
  if (!format.ok) return format;
  const folders = await checkFolders(root);
  return folders.ok ? success(directoryStore(placesIn(root, warn), digest, verify)) : folders;
}
