import { readFileSync } from 'node:fs';

/** Files that are open at once while modules are loaded; below, Node itself says that packages are not there. */
const fewest = 256;

/** Why this process could not load what it needs; null where it can, and where the system does not say. */
export function fileLimitFault(): string | null {
  try {
    const [, limit = 'unlimited'] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    if (!(Number(limit) < fewest)) return null;
    return `this process may have ${limit} open files and needs ${fewest}; raise the limit, e.g. \`ulimit -n 4096\``;
  } catch {
    return null;
  }
}
