import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** Limits of the control groups of this process (Linux; containers consist of them). */
export interface ControlGroupLimits {
  /** Cores' time, e.g. 1.5; null without a limit. */
  readonly cores: number | null;
  /** Bytes; null without a limit. */
  readonly memory: number | null;
}

/** A folder of the hierarchy that governs a resource. */
type Reader = (file: string) => string | null;

/** A limit beyond any machine means none: version 1 writes the largest page-aligned number. */
const noLimit = 2 ** 60;

/**
 * Reads the limits of this process and of all groups above it, of version 2 and of version 1; the lowest counts. Node
 * 20 sees no processor quota at all, and no Node sees a memory limit that is set further up.
 *
 * @param root folder that `/proc` and the paths it names are looked for in
 */
export function controlGroupLimits(root: string = '/'): ControlGroupLimits {
  const read = (path: string): string | null => readText(join(root, path));
  const groups = read('/proc/self/cgroup')?.trim().split('\n') ?? [];
  const mounts = read('/proc/self/mountinfo')?.trim().split('\n') ?? [];
  const cores: number[] = [];
  const memory: number[] = [];
  for (const line of groups) {
    const [, controllers = '', path = '/'] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    const names = controllers.split(',');
    const isSecond = controllers === '';
    if (!isSecond && !names.includes('cpu') && !names.includes('memory')) continue;
    for (const folder of foldersOf(path, mounts, isSecond ? null : names)) {
      const inFolder: Reader = (file) => read(posix.join(folder, file));
      if (isSecond || names.includes('cpu')) cores.push(coresIn(inFolder));
      if (isSecond || names.includes('memory')) memory.push(memoryIn(inFolder));
    }
  }
  return { cores: lowest(cores), memory: lowest(memory) };
}

const lowest = (limits: readonly number[]): number | null => {
  const limit = Math.min(...limits);
  return limit < noLimit ? limit : null;
};

/** The folder of a group and those above it, as far as they are mounted. */
function foldersOf(path: string, mounts: readonly string[], controllers: readonly string[] | null): string[] {
  const folders: string[] = [];
  for (const line of mounts) {
    // 31 30 0:29 <root> <mount point> <options> ... - <type> <source> <super options>
    const [before = '', after = ''] = line.split(' - ');
    const [, , , mountRoot = '/', mountPoint = ''] = before.split(' ');
    const [type, , options = ''] = after.split(' ');
    const fits =
      controllers === null
        ? type === 'cgroup2'
        : type === 'cgroup' && controllers.some((name) => options.split(',').includes(name));
    if (!fits) continue;
    // In a container the path may be that of the host, of which only its end is mounted.
    const below = posix.relative(mountRoot, path);
    let folder = below.startsWith('..') ? mountPoint : posix.join(mountPoint, below);
    for (; folder.startsWith(mountPoint); folder = posix.dirname(folder)) {
      folders.push(folder);
      if (folder === mountPoint) break;
    }
  }
  return folders;
}

function coresIn(read: Reader): number {
  const [quota, period] =
    read('cpu.max')?.trim().split(' ') ??
    [read('cpu.cfs_quota_us'), read('cpu.cfs_period_us')].map((text) => text?.trim());
  const cores = Number(quota) / Number(period);
  return cores > 0 ? cores : Infinity;
}

function memoryIn(read: Reader): number {
  const bytes = Number((read('memory.max') ?? read('memory.limit_in_bytes'))?.trim());
  return bytes > 0 ? bytes : Infinity;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Not Linux, or no such limit.
    return null;
  }
}
