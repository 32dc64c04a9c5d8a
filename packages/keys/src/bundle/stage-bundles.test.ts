import { readdir, readFile, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { unsealed } from '@twoshot/artifact/sealed-json';
import type { CatalogueEntry, LoadedStage } from '@twoshot/language';
import { stageBundles, type StageBundle, type StageBundles } from './stage-bundles.js';
import { StageWorkspace } from './stage-workspace.fixture.js';

let workspace: StageWorkspace;
beforeEach(async () => {
  workspace = await StageWorkspace.create();
});
afterEach(() => workspace.remove());

const memoFolder = (): string => workspace.path('node_modules/.cache/twoshot/memo');
const later = (): number => Date.now() + 60_000;

/** Those of a process that began at a time. */
const bundles = (started?: number): StageBundles =>
  stageBundles(workspace.root, workspace.path('node_modules/.cache/twoshot'), started);

const entryOf = (name: string): CatalogueEntry => ({
  name,
  package: '@fixture/stages',
  manifest: workspace.path('packages/stages/package.json'),
  entry: workspace.path(`packages/stages/dist/${name.replace('/', '-')}.js`),
});

async function load(name: string, from: StageBundles): Promise<LoadedStage> {
  const loaded = await from.load(entryOf(name));
  if (!loaded.ok) throw new Error(loaded.failures.map(({ message }) => message).join('\n'));
  return loaded.value;
}

const bundleOf = async (name: string, from: StageBundles): Promise<StageBundle> => from.of(await load(name, from));

/** The memo of a workspace in which one stage was bundled. */
async function memoFile(): Promise<string> {
  const [name] = await readdir(memoFolder());
  return join(memoFolder(), name!);
}

/** A file that is written anew is another file. */
const identityOfMemo = async (): Promise<number> => (await stat(await memoFile())).ino;

const keptDeclaration = async (): Promise<unknown> =>
  (unsealed(await readFile(await memoFile(), 'utf8')) as { declaration: unknown }).declaration;

test('a bundle is built once, while none of its files changes its content', async () => {
  const first = await bundleOf('math/double', bundles());
  const memo = await identityOfMemo();
  expect(await bundleOf('math/double', bundles())).toMatchObject({ hash: first.hash, file: first.file });
  const helper = workspace.path('packages/stages/dist/arithmetic.js');
  await utimes(helper, new Date(), new Date());
  const touched = await bundleOf('math/double', bundles());
  expect(touched.code()).toEqual(first.code());
  expect(await identityOfMemo()).toBe(memo);
  await workspace.code('arithmetic.js', 'export const double = (value) => 4 * value;\n');
  const changed = await bundleOf('math/double', bundles());
  expect(changed.hash).not.toBe(first.hash);
  expect(changed.code().modules).not.toEqual(first.code().modules);
});

const imported = `import { appendFileSync } from 'node:fs';
appendFileSync(process.env.TWOSHOT_TEST_NOTES, 'imported ' + process.pid + '\\n');
export default { name: 'own/noted', summary: '', params: { size: { schema: { type: 'integer', default: 3 }, external: false } }, inputs: {}, outputs: {}, async prepare() {}, async run() {} };
`;

test('what a stage declares is known without an import once that is certain to come from its sources', async () => {
  await workspace.code('own-noted.js', imported);
  const young = bundles();
  await young.of(await load('own/noted', young));
  expect(await workspace.ran()).toEqual(['imported']);
  // The sources may have been others when the process of the first look began: its import says nothing for sure.
  expect(await keptDeclaration()).toBeNull();
  const old = bundles(later());
  const stage = await load('own/noted', old);
  await old.of(stage);
  const next = await load('own/noted', bundles());
  expect(next).toEqual(stage);
  expect(next.declaration).toMatchObject({ prepares: true, params: { size: { schema: { default: 3 } } } });
  expect(await keptDeclaration()).toEqual(stage.declaration);
});

test('a stage that the catalogue calls by another name is refused as at an import', async () => {
  const from = bundles(later());
  await from.of(await load('math/double', from));
  const other = await bundles().load({ ...entryOf('math/double'), name: 'math/triple' });
  expect(other).toMatchObject({ ok: false, failures: [{ code: 'broken-stage' }] });
});
