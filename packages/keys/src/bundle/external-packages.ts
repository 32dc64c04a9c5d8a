import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';

/** An installed package. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** Absolute path of its package.json. */
  readonly manifest: string;
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly sideEffects?: boolean | readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const read = (path: string): Manifest | null => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  } catch {
    return null;
  }
};

/** The nearest package.json above a file; null at the root of the disk. */
export function manifestAbove(file: string): string | null {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    const manifest = read(path);
    // Folders inside a package may hold a package.json that only sets the module type.
    if (manifest?.version !== undefined && manifest.name !== undefined) return path;
    if (dirname(folder) === folder) return null;
  }
}

export function packageOf(file: string): InstalledPackage | null {
  const path = manifestAbove(file);
  if (path === null) return null;
  const { name, version } = read(path)!;
  return { name: name!, version: version!, manifest: path };
}

/** Whether an import of a package without used names may be dropped. */
export function mayBeLeftOut(manifest: string): boolean {
  return read(manifest)?.sideEffects === false;
}

function findInstalled(name: string, from: string): string | null {
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', name, 'package.json');
    if (read(path) !== null) return realpathSync(path);
    if (dirname(folder) === folder) return null;
  }
}

/**
 * A package and all its dependencies, as installed. Types are excluded: they never run.
 */
export function closureOf(root: InstalledPackage): readonly InstalledPackage[] {
  const found = new Map<string, InstalledPackage>();
  const visit = (one: InstalledPackage): void => {
    if (found.has(one.manifest)) return;
    found.set(one.manifest, one);
    const { dependencies = {}, optionalDependencies = {} } = read(one.manifest) ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      if (name.startsWith('@types/')) continue;
      const manifest = findInstalled(name, one.manifest);
      const installed = manifest === null ? null : packageOf(manifest);
      if (installed !== null) visit(installed);
    }
  };
  visit(root);
  return [...found.values()];
}

export const isInstalled = (file: string): boolean => file.includes(`${sep}node_modules${sep}`);
