import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StageWorkspace } from './stage-workspace.fixture.js';
import { buildBundle, type BuiltBundle } from './bundle.js';

let workspace: StageWorkspace;
beforeEach(async () => {
  workspace = await StageWorkspace.create();
});
afterEach(() => workspace.remove());

const cacheOf = (own: StageWorkspace): string => own.path('node_modules/.cache/twoshot');

async function build(code: string, own = workspace): Promise<BuiltBundle> {
  await own.code('entry.js', code);
  const entry = own.path('packages/stages/dist/entry.js');
  return buildBundle(own.root, cacheOf(own), `export { default } from ${JSON.stringify(entry)};`, entry);
}

const hashOf = async (code: string): Promise<string> => (await build(code)).code.hash;

const install = (path: string, version: string, manifest: object = {}): Promise<void> =>
  workspace
    .write(
      join(path, 'package.json'),
      JSON.stringify({
        name: path.split('node_modules/').at(-1),
        version,
        type: 'module',
        exports: './index.js',
        ...manifest,
      }),
    )
    .then(() => workspace.write(join(path, 'index.js'), `export const version = '${version}';\n`));

test('what a function is not used for does not count, also behind a dynamic import', async () => {
  const code = `export default async () => { const { double } = await import('./arithmetic.js'); return double(2); };`;
  const before = await build(code);
  expect(Object.keys(before.code.modules)).toContain('packages/stages/dist/arithmetic.js');
  await workspace.code('arithmetic.js', 'export const double = (value) => 2 * value;\nexport const added = 1;\n');
  expect((await build(code)).code.hash).toBe(before.code.hash);
  await workspace.code('arithmetic.js', 'export const double = (value) => value + value;\n');
  expect((await build(code)).code.hash).not.toBe(before.code.hash);
});

test('the same code in another checkout has the same digest', async () => {
  const other = await StageWorkspace.create();
  try {
    const code = `export default new URL('./triple.js', import.meta.url);`;
    expect((await build(code, other)).code.hash).toBe((await build(code)).code.hash);
  } finally {
    await other.remove();
  }
});

test('packages stay outside; their versions count, and those of what they need', async () => {
  await install('node_modules/outer', '1.0.0', { dependencies: { inner: '*', '@types/inner': '*' } });
  await install('node_modules/inner', '2.0.0');
  await install('node_modules/@types/inner', '3.0.0');
  const code = `import { version } from 'outer'; export default () => version;`;
  const before = await build(code);
  expect(before.code.packages).toEqual({ outer: '1.0.0', inner: '2.0.0' });
  expect(await readFile(before.file, 'utf8')).toContain('from "outer"');
  await install('node_modules/inner', '2.0.1');
  expect((await build(code)).code.hash).not.toBe(before.code.hash);
});

test('the version that is found from the module is the one that runs', async () => {
  await install('node_modules/tool', '1.0.0');
  await install('packages/stages/node_modules/tool', '2.0.0');
  const bundle = await build(`import { version } from 'tool'; export default version;`);
  expect(bundle.code.packages).toEqual({ tool: '2.0.0' });
  const loaded = (await import(pathToFileURL(bundle.file).href)) as { default: string };
  expect(loaded.default).toBe('2.0.0');
});

test('a package that nothing is used of is left out where it says that it may be', async () => {
  await install('node_modules/pure', '1.0.0', { sideEffects: false });
  await install('node_modules/noisy', '1.0.0');
  const code = `import { version as a } from 'pure'; import { version as b } from 'noisy'; export const unused = () => a + b; export default 1;`;
  expect((await build(code)).code.packages).toEqual({ noisy: '1.0.0' });
});

test('files that code names lie beside the bundle, and their content counts', async () => {
  await workspace.code('table.txt', 'one');
  const code = `export default new URL('./table.txt', import.meta.url);`;
  const bundle = await build(code);
  const loaded = (await import(pathToFileURL(bundle.file).href)) as { default: URL };
  expect(await readFile(loaded.default, 'utf8')).toBe('one');
  await workspace.code('table.txt', 'two');
  expect(await hashOf(code)).not.toBe(bundle.code.hash);
});

test('a folder that code names is where it was, and all of it counts', async () => {
  await workspace.code('native/a.cc', 'int a;');
  const code = `export default new URL('./native/', import.meta.url);`;
  const bundle = await build(code);
  const loaded = (await import(pathToFileURL(bundle.file).href)) as { default: URL };
  expect(await readFile(new URL('a.cc', loaded.default), 'utf8')).toBe('int a;');
  await workspace.code('native/b.cc', 'int b;');
  expect(await hashOf(code)).not.toBe(bundle.code.hash);
});

test('names of files do not count twice: a moved function is the same code only under the same path', async () => {
  const bundle = await build(`import { double } from './arithmetic.js'; export default double;`);
  expect(bundle.code.modules).toHaveProperty(['packages/stages/dist/arithmetic.js']);
  expect(JSON.stringify(bundle.code)).not.toContain(workspace.root);
});
