import { mkdtemp, mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { formatFailure } from '@twoshot/diagnostics';
import { discoverCatalogue } from './discover.js';

let root: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'twoshot-catalogue-')));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function write(file: string, content: unknown): Promise<void> {
  const path = join(root, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
}
const offer = (name: string, catalogue: unknown): unknown => ({ name, twoshot: { catalogue } });

async function found(): Promise<[string, string][]> {
  const result = await discoverCatalogue(root);
  if (!result.ok) throw new Error(result.failures.map((failure) => formatFailure(failure)).join('\n'));
  return [...result.value].map(([name, { entry }]) => [name, entry.slice(root.length + 1)]);
}
async function complaint(): Promise<string> {
  const result = await discoverCatalogue(root);
  return result.ok ? 'valid' : result.failures.map((failure) => formatFailure(failure, { base: root })).join('\n\n');
}

test('stages come from the packages of the workspace and from dependencies, sorted', async () => {
  await write('package.json', {
    workspaces: ['packages/*', 'extra'],
    dependencies: { '@else/stages': '1.0.0' },
    devDependencies: { plain: '1.0.0', none: '1.0.0' },
  });
  await write('packages/b/package.json', offer('b', { 'infer/knn': './dist/knn.js', 'infer/all': './dist/all.js' }));
  await write('packages/plain/package.json', { name: 'plain' });
  await write('packages/broken/package.json', '{');
  await write('packages/.hidden/package.json', offer('hidden', { 'infer/hidden': './x.js' }));
  await write('packages/file.txt', '');
  await write('extra/package.json', offer('extra', { 'ingest/own': 'own.js' }));
  await write('node_modules/@else/stages/package.json', offer('@else/stages', { 'cluster/else': './else.js' }));
  await write('node_modules/plain/package.json', { name: 'plain' });
  await write('node_modules/indirect/package.json', offer('indirect', { 'cluster/indirect': './x.js' }));
  expect(await found()).toEqual([
    ['cluster/else', 'node_modules/@else/stages/else.js'],
    ['infer/all', 'packages/b/dist/all.js'],
    ['infer/knn', 'packages/b/dist/knn.js'],
    ['ingest/own', 'extra/own.js'],
  ]);
});

test.each([[['packages/*']], [['packages/*', 'extra']]])('the folders of %j are found', async (workspaces) => {
  await write('package.json', { workspaces });
  await write('packages/b/package.json', offer('b', { 'infer/knn': './knn.js' }));
  await write('packages/.hidden/package.json', offer('hidden', { 'infer/hidden': './x.js' }));
  await write('packages/node_modules/package.json', offer('installed', { 'infer/installed': './x.js' }));
  await write('packages/a/deep/package.json', offer('deep', { 'infer/deep': './x.js' }));
  await write('packages/file.txt', '');
  expect(await found()).toEqual([['infer/knn', 'packages/b/knn.js']]);
});

test('nothing is imported, so files that do not exist do not matter', async () => {
  await write('package.json', { workspaces: { packages: ['packages/*'] } });
  await write('packages/b/package.json', offer('b', { 'infer/none': './none.js' }));
  expect(await found()).toEqual([['infer/none', 'packages/b/none.js']]);
});

test('a package of the workspace that is also linked as a dependency counts once', async () => {
  await write('package.json', { workspaces: ['packages/*'], dependencies: { b: '1.0.0' } });
  await write('packages/b/package.json', offer('b', { 'infer/knn': './knn.js' }));
  await write('node_modules/b/package.json', offer('b', { 'infer/knn': './knn.js' }));
  expect(await found()).toEqual([['infer/knn', 'packages/b/knn.js']]);
});

test('a catalogue that is malformed is reported with its position', async () => {
  await write('package.json', { workspaces: ['packages/*'] });
  await write('packages/a/package.json', offer('a', ['infer/knn']));
  await write('packages/b/package.json', offer('b', { KNN: './knn.js', 'infer/knn': { file: 'knn.js' } }));
  expect(await complaint()).toBe(`packages/a/package.json:4:18: the catalogue is not a map
  4 |     "catalogue": [
    |                  ^
  expected: a map from \`family/implementation\` to a file

packages/b/package.json:5:14: \`KNN\` is not a valid stage name
  5 |       "KNN": "./knn.js",
    |              ^^^^^^^^^^
  expected: \`family/implementation\` in lower case

packages/b/package.json:6:20: the stage \`infer/knn\` names no file
  6 |       "infer/knn": {
    |                    ^
  expected: a path relative to this package.json`);
});

test('two packages with a stage of the same name', async () => {
  await write('package.json', { workspaces: ['packages/*'] });
  await write('packages/a/package.json', offer('a', { 'infer/knn': './knn.js' }));
  await write('packages/b/package.json', offer('b', { 'infer/knn': './knn.js' }));
  expect(await complaint()).toBe(`packages/b/package.json:5:20: two packages have a stage \`infer/knn\`: \`a\` and \`b\`
  5 |       "infer/knn": "./knn.js"
    |                    ^^^^^^^^^^
  next:     rename one of them`);
});

test('a folder without package.json is no workspace', async () => {
  expect(await complaint()).toBe(`\`${root}\` is not a workspace: it has no package.json`);
});
