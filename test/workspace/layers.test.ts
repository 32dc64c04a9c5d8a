import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { circleOf, families, packages, sourceOf, sources, textOf } from './packages.js';

const isFamily = (name: string): boolean => families.some((family) => family.name === name);

/** Everything that a package takes, directly or through others. */
function reached(name: string): ReadonlySet<string> {
  const all = new Set<string>();
  const visit = (from: string): void => {
    for (const next of packages.find((each) => each.name === from)?.dependencies ?? [])
      if (!all.has(next)) {
        all.add(next);
        visit(next);
      }
  };
  visit(name);
  return all;
}

test('packages import one way only', () => {
  expect(circleOf(new Map(packages.map(({ name, dependencies }) => [name, dependencies])))).toBeNull();
});

test('a circle would be seen', () => {
  expect(circleOf(new Map(Object.entries({ a: ['b'], b: ['c'], c: ['b'] })))).toEqual(['b', 'c', 'b']);
});

test('no package imports a family: neither another family, nor packages below families', () => {
  for (const { name, dependencies } of packages)
    expect({ name, families: dependencies.filter(isFamily) }).toEqual({ name, families: [] });
});

test('what families stand on does not reach the packages that run them', () => {
  const floor = new Set(families.flatMap(({ name }) => [...reached(name)]));
  const above = packages.filter(({ name }) => !isFamily(name) && !floor.has(name)).map(({ name }) => name);
  expect(above).toContain('cli');
  for (const name of floor) {
    const wrong = [...reached(name)].filter((each) => above.includes(each));
    expect({ name, wrong }).toEqual({ name, wrong: [] });
  }
});

/** Folders of a package's sources, and which of them each imports from; the files beside them are its doors. */
function foldersOf(name: string): ReadonlyMap<string, ReadonlySet<string>> {
  const source = `packages/${name}/src`;
  const edges = new Map<string, Set<string>>();
  for (const file of sources(source)) {
    const folder = relative(source, dirname(file)).split('/')[0]!;
    if (folder === '') continue;
    const own = edges.get(folder) ?? new Set();
    edges.set(folder, own);
    for (const [, from] of textOf(file).matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)) {
      const other = relative(source, dirname(join(dirname(file), from!))).split('/')[0]!;
      if (other !== '' && other !== folder) own.add(other);
    }
  }
  return edges;
}

test.each(packages)('the folders of $name import one way only', ({ name }) => {
  expect(circleOf(foldersOf(name))).toBeNull();
});

test.each(packages)('$name says what it imports', ({ name, dependencies }) => {
  // A test that imports what is not declared does not compile on a clean checkout.
  for (const file of sources(`packages/${name}/src`)) {
    const imported = [...textOf(file).matchAll(/(?:from|import\()\s*'@twoshot\/([a-z-]+)/g)].map((match) => match[1]!);
    const undeclared = imported.filter((other) => !dependencies.includes(other));
    expect({ file, undeclared }).toEqual({ file, undeclared: [] });
  }
});

test.each(packages)('$name is compiled after what it takes', ({ dependencies, devDependencies, references }) => {
  expect([...references].sort()).toEqual([...dependencies, ...devDependencies].sort());
});

/** Packages that import what is heavy inside their functions themselves. */
const light = new Set(['@twoshot/stage', '@twoshot/training']);

const importedAtOnce = (file: string): string[] =>
  [...textOf(file).matchAll(/^import (?!type\b)[^;]*? from '([^']+)'/gm)].map((match) => match[1]!);

/** `twoshot stages` and every plan load all declarations, so these must not drag TensorFlow or Arrow in. */
test.each(families)('the stages of $name are light: what is heavy is imported inside run', (family) => {
  for (const [stage, compiled] of Object.entries(family.catalogue)) {
    expect(stage.startsWith(`${family.name}/`)).toBe(true);
    const heavy = importedAtOnce(sourceOf(family, compiled)).filter(
      (from) => !from.startsWith('.') && !light.has(from) && !from.startsWith('node:'),
    );
    expect({ stage, heavy }).toEqual({ stage, heavy: [] });
  }
});

test('what stages of training share is light too', () => {
  // What tests alone load may be heavy.
  for (const file of sources('packages/training/src').filter((name) => !name.endsWith('/testing.ts'))) {
    const heavy = importedAtOnce(file).filter((from) => !from.startsWith('.') && from !== '@twoshot/stage');
    expect({ file, heavy }).toEqual({ file, heavy: [] });
  }
});
