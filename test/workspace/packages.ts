import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly twoshot?: { readonly catalogue?: Readonly<Record<string, string>> };
}

/** A package of this repository, without the scope in its names. */
export interface Package {
  readonly name: string;
  /** Packages of this repository that it takes when it runs. */
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
  /** Projects that its tsconfig.json compiles first. */
  readonly references: readonly string[];
  /** Files of stages by name; empty for a package that is no family. */
  readonly catalogue: Readonly<Record<string, string>>;
}

export const root = resolve(import.meta.dirname, '../..');

const readJson = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'));

const own = (names: object | undefined): string[] =>
  Object.keys(names ?? {}).flatMap((name) => (name.startsWith('@twoshot/') ? [name.slice('@twoshot/'.length)] : []));

function readPackage(name: string): Package {
  const { dependencies, devDependencies, twoshot } = readJson(`packages/${name}/package.json`) as Manifest;
  const { references = [] } = readJson(`packages/${name}/tsconfig.json`) as { references?: { path: string }[] };
  return {
    name,
    dependencies: own(dependencies),
    devDependencies: own(devDependencies),
    references: references.map(({ path }) => path.slice('../'.length)),
    catalogue: twoshot?.catalogue ?? {},
  };
}

export const packages: readonly Package[] = readdirSync(join(root, 'packages')).sort().map(readPackage);

/** Packages that offer stages. */
export const families: readonly Package[] = packages.filter(({ catalogue }) => Object.keys(catalogue).length > 0);

/** The source file of a stage, from the compiled one that a catalogue names. */
export const sourceOf = (family: Package, file: string): string =>
  join('packages', family.name, file.replace('./dist/', 'src/').replace(/\.js$/, '.ts'));

/** TypeScript files of a folder, relative to the root; without tests and what only they use. */
export function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/\.(test|fixture|contract)\.ts$/.test(name))
    .map((name) => join(folder, name));
}

export const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

/** The first circle of a graph as the names on it; null where all edges lead one way. */
export function circleOf(edges: ReadonlyMap<string, Iterable<string>>): readonly string[] | null {
  const done = new Set<string>();
  const visit = (name: string, way: readonly string[]): readonly string[] | null => {
    if (way.includes(name)) return [...way.slice(way.indexOf(name)), name];
    if (done.has(name)) return null;
    for (const next of edges.get(name) ?? []) {
      const circle = visit(next, [...way, name]);
      if (circle !== null) return circle;
    }
    done.add(name);
    return null;
  };
  for (const name of edges.keys()) {
    const circle = visit(name, []);
    if (circle !== null) return circle;
  }
  return null;
}
