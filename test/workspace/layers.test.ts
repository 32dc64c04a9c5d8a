import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly twoshot?: { readonly catalogue: Readonly<Record<string, string>> };
}

const root = resolve(import.meta.dirname, '../..');
const readJson = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'));
const packages = readdirSync(join(root, 'packages')).sort();
const own = (names: object | undefined): string[] =>
  Object.keys(names ?? {}).flatMap((name) => (name.startsWith('@twoshot/') ? [name.slice('@twoshot/'.length)] : []));

const families = [
  'augment',
  'cluster',
  'embed',
  'ensemble',
  'finetune',
  'infer',
  'ingest',
  'metatrain',
  'pretrain',
  'report',
];
const floor = [
  'artifact',
  'engine',
  'ensembling',
  'evaluate',
  'fewshot',
  'geometry',
  'nn',
  'page',
  'stage',
  'training',
  'views',
  'vision',
];
/** What each package may import; the map in docs/architecture.md. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(families.map((family) => [family, floor])),
  cli: ['engine', 'machine', 'runner', 'stage'],
  runner: ['artifact', 'engine', 'machine', 'page', 'stage'],
  stage: ['artifact', 'engine'],
  page: ['artifact'],
  training: ['artifact', 'engine', 'geometry', 'nn', 'stage', 'views'],
  views: ['artifact', 'engine', 'vision'],
  nn: ['engine', 'geometry'],
  fewshot: ['engine', 'geometry'],
  ensembling: ['evaluate', 'geometry'],
  evaluate: ['geometry'],
  geometry: ['engine'],
  vision: ['assembly'],
  engine: ['assembly', 'machine'],
  artifact: [],
  assembly: [],
  machine: [],
};

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

test.each(packages)('%s imports only what lies below it, and says so', (name) => {
  const manifest = readJson(`packages/${name}/package.json`) as Manifest;
  expect(own(manifest.dependencies).filter((other) => !mayImport[name]!.includes(other))).toEqual([]);
  // A test that imports what is not declared does not compile on a clean checkout.
  for (const file of sources(`packages/${name}/src`).filter((path) => !/\.(test|fixture)\.ts$/.test(path))) {
    const imported = [
      ...readFileSync(join(root, file), 'utf8').matchAll(/(?:from|import\()\s*'@twoshot\/([a-z]+)/g),
    ].map((match) => match[1]!);
    expect({ file, undeclared: imported.filter((other) => !own(manifest.dependencies).includes(other)) }).toEqual({
      file,
      undeclared: [],
    });
  }
});

test.each(packages)('%s is compiled after what it takes', (name) => {
  const { dependencies, devDependencies } = readJson(`packages/${name}/package.json`) as Manifest;
  const { references = [] } = readJson(`packages/${name}/tsconfig.json`) as { references?: { path: string }[] };
  expect(references.map(({ path }) => path.slice('../'.length)).sort()).toEqual(
    own({ ...dependencies, ...devDependencies }).sort(),
  );
});

/** Packages that import what is heavy inside their functions themselves. */
const light = new Set(['@twoshot/stage', '@twoshot/training']);

/** `twoshot stages` and every plan load all declarations, so these must not drag TensorFlow or Arrow in. */
test.each(families)('the stages of %s are light: what is heavy is imported inside run', (family) => {
  const { twoshot } = readJson(`packages/${family}/package.json`) as Manifest;
  expect(Object.keys(twoshot!.catalogue).length).toBeGreaterThan(0);
  for (const [stage, file] of Object.entries(twoshot!.catalogue)) {
    expect(stage.startsWith(`${family}/`)).toBe(true);
    const source = readFileSync(
      join(root, 'packages', family, file.replace('./dist/', 'src/').replace(/\.js$/, '.ts')),
      'utf8',
    );
    const heavy = [...source.matchAll(/^import (?!type\b)[^;]*? from '([^']+)'/gm)]
      .map((match) => match[1]!)
      .filter((from) => !from.startsWith('.') && !light.has(from) && !from.startsWith('node:'));
    expect({ stage, heavy }).toEqual({ stage, heavy: [] });
  }
});

test('what stages of training share is light too', () => {
  for (const file of sources('packages/training/src').filter((path) => !path.endsWith('.test.ts'))) {
    const source = readFileSync(join(root, file), 'utf8');
    const heavy = [...source.matchAll(/^import (?!type\b)[^;]*? from '([^']+)'/gm)]
      .map((match) => match[1]!)
      .filter((from) => !from.startsWith('.') && from !== '@twoshot/stage');
    expect({ file, heavy }).toEqual({ file, heavy: [] });
  }
});
