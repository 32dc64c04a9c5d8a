import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs once around all tests: what they leave in the folder for temporary files, killed or not, goes with the folder. */
export default async function ownTemporaryFolder(): Promise<() => Promise<void>> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'twoshot-tests-')));
  // Tests act as other users, too, who come to the folders in it that they may read.
  await chmod(folder, 0o711);
  process.env['TMPDIR'] = folder;
  return () => rm(folder, { recursive: true, force: true, maxRetries: 3 });
}
