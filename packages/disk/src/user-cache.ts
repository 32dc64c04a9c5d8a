import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The folder of everything that is installed or cached for a user: `TWOSHOT_CACHE`, or `twoshot` in the user's cache
 * folder.
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const own = env['TWOSHOT_CACHE'];
  if (own) return own;
  const user = env['XDG_CACHE_HOME'];
  return join(user !== undefined && user.startsWith('/') ? user : join(homedir(), '.cache'), 'twoshot');
}
