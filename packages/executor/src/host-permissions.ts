import { delimiter, dirname, join } from 'node:path';
import { cacheFolder } from '@twoshot/disk';
import type { RunRequest } from '@twoshot/stage/host';

/** Absent where this Node has no such model; it was renamed when it was no longer experimental. */
const flag = ['--permission', '--experimental-permission'].find((name) =>
  process.allowedNodeEnvironmentFlags.has(name),
);

/** Paths beside its own that a stage may write to, as the user lists them. */
const listed = (paths: string | undefined): ReadonlySet<string> =>
  new Set((paths ?? '').split(delimiter).flatMap((path) => path.replace(/[/\\]\*?$/, '') || []));

/**
 * Options of Node under which a stage may write to its outputs, its checkpoints, its folder for temporary files and
 * what it has declared of
 * the user's cache only.
 * It may read everything: packages lie where the user has put them, and libraries read what they like. Neither do other
 * programs that a stage starts, nor libraries that are no JavaScript, keep to this.
 */
export function permissionOptions({
  kind,
  outputs,
  checkpoints,
  temporary,
  installs,
  env,
}: RunRequest): readonly string[] {
  // What is prepared, such as a download, lies wherever the params say.
  if (flag === undefined || kind === 'prepare') return [];
  const writable = [
    // Folders that are there are given with all that is in them. A path that is given together with the paths below it
    // ends Node 20 with an assertion.
    ...new Set(
      [...Object.values(outputs), ...(temporary === null ? [] : [temporary])].map((path) => join(dirname(path), '*')),
    ),
    // It is made with the first checkpoint.
    ...(checkpoints === null ? [] : [`${dirname(checkpoints.folder)}*`]),
    ...(installs === null ? [] : [`${join(cacheFolder(), installs)}*`]),
    ...listed(env['TWOSHOT_STAGE_WRITES']),
  ];
  return [
    flag,
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=SecurityWarning',
    '--allow-addons',
    '--allow-child-process',
    '--allow-worker',
    '--allow-wasi',
    '--allow-fs-read=*',
    ...writable.map((path) => `--allow-fs-write=${path}`),
  ];
}
