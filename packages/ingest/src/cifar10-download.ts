import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isMissing, makeFolder, systemCode, withLock } from '@twoshot/disk';
import { withoutSecrets } from '@twoshot/machine';
import { type PrepareContext, StageInputError } from '@twoshot/stage';
import { checkFile } from './checked-file.js';
import { cifar10FileBytes, cifar10Files } from './cifar10-files.js';
import { download } from './download.js';
import { extractTar } from './tar.js';

/** SHA-256 of the archive, and of the file by file content (see `cifar10Files`). */
const archiveSha256 = 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd';
const archiveName = 'cifar-10-binary.tar.gz';

/** What is downloaded; another one in tests. */
export interface Archive {
  readonly sha256: string;
  /** Bytes that the archive may have at most. */
  readonly limit: number;
  readonly files: readonly { readonly name: string; readonly sha256: string; readonly bytes: number }[];
}

const cifar10Archive: Archive = {
  sha256: archiveSha256,
  // It has 170 MB.
  limit: 200e6,
  files: cifar10Files.map(({ name, sha256 }) => ({ name, sha256, bytes: cifar10FileBytes })),
};

export type Tell = Pick<PrepareContext<Record<string, never>>, 'workspace' | 'progress' | 'log' | 'signal'>;

/**
 * Installs the binary version of CIFAR-10 in a folder, unless present: downloads the archive next to it, checks it and
 * unpacks it. Files get their names only when complete and checked; the next call resumes an interrupted one.
 *
 * Only a folder in the folder `data` of the workspace is filled, or an empty folder that is there already: anywhere else
 * a missing folder is more likely a wrong path, and a pipeline from somebody else has no right to make one.
 *
 * @param workspace absolute path
 * @param url is used only when something is missing
 * @throws StageInputError `data-missing`, `data-disk-full`, and what `download` throws
 */
export async function downloadCifar10(
  folder: string,
  url: () => string,
  { workspace, progress, log, signal }: Tell,
  archive: Archive = cifar10Archive,
): Promise<void> {
  const { files } = archive;
  const missing = await missingFile(folder, files);
  if (missing === null) return;
  if (!(await mayFill(folder, workspace))) {
    const message = `${missing} does not exist; set \`path\` to a folder with the binary version of CIFAR-10, or remove the param to download it; an empty folder that you make there is filled, too`;
    throw new StageInputError('data-missing', message, { file: missing });
  }
  const from = url();
  try {
    await makeFolder(dirname(folder));
    await withLock(
      `${folder}.lock`,
      async () => {
        // Another run may have had it before.
        if ((await missingFile(folder, files)) !== null)
          await downloadMissing(folder, from, { progress, log, signal }, archive);
      },
      { signal, onWait: ({ pid, host }) => log(`waits for process ${pid} on ${host}, which downloads to ${folder}`) },
    );
  } catch (error) {
    if (systemCode(error) !== 'ENOSPC') throw error;
    throw new StageInputError(
      'data-disk-full',
      `the disk of ${dirname(folder)} is full; free ${megabytes(files)} MB there, or set \`path\` to an empty folder on another disk. The next run resumes the download`,
      { file: dirname(folder) },
    );
  }
}

/** Whether a download may go to a folder. */
async function mayFill(folder: string, workspace: string): Promise<boolean> {
  if (dirname(folder) === join(workspace, 'data')) return true;
  try {
    return (await readdir(folder)).every((name) => name.startsWith('.'));
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** The archive and its files exist side by side for a moment. */
const megabytes = (files: Archive['files']): number =>
  Math.ceil((2 * files.reduce((sum, { bytes }) => sum + bytes, 0)) / 1e6);

async function downloadMissing(
  folder: string,
  from: string,
  { progress, log, signal }: Omit<Tell, 'workspace'>,
  { sha256, limit, files }: Archive,
): Promise<void> {
  const archive = join(dirname(folder), archiveName);
  log(`downloading ${withoutSecrets(from)} to ${dirname(folder)}`);
  await download({
    url: from,
    file: archive,
    sha256,
    limit,
    signal,
    log,
    progress: (done, total) =>
      progress({ step: Math.round(done / 1e6), total: Math.round(total / 1e6), unit: 'MB', phase: 'download' }),
  });
  await unpack(archive, folder, files);
  await rm(archive, { force: true });
  log(`unpacked ${files.length} files to ${folder}`);
}

async function unpack(archive: string, folder: string, files: Archive['files']): Promise<void> {
  // A name that nobody knows beforehand: nothing can stand there already.
  const scratch = await mkdtemp(`${folder}.part-`);
  try {
    const names = new Set(files.map(({ name }) => name));
    await extractTar(archive, scratch, (path) => names.has(path));
    await mkdir(folder, { recursive: true });
    for (const { name, sha256, bytes } of files) {
      await checkFile({ path: join(scratch, name), sha256, bytes }, 'the archive contains a different file');
      await rename(join(scratch, name), join(folder, name));
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The first file that is missing or incomplete. */
async function missingFile(folder: string, files: Archive['files']): Promise<string | null> {
  for (const { name, bytes } of files) {
    const path = join(folder, name);
    try {
      if ((await stat(path)).size !== bytes) return path;
    } catch (error) {
      if (isMissing(error)) return path;
      throw error;
    }
  }
  return null;
}
