// @module-tag slow
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { stageBundles } from '@twoshot/keys';
import { StageWorkspace } from '@twoshot/keys/testing';
import type { CatalogueEntry } from '@twoshot/language';
import { stagesThat, workspace as repository, type RunSummary, type Finished } from './rig.js';

/** A stage that notes when its file is imported; hosts run its bundle instead. */
const noted = (params: string): string => `import { appendFileSync } from 'node:fs';
if (!import.meta.url.includes('/bundles/')) appendFileSync(process.env.TWOSHOT_TEST_NOTES, 'imported ' + process.pid + '\\n');
const number = (value) => ({ schema: { type: 'number', default: value }, external: false });
export default { name: 'own/noted', summary: '', params: { ${params} }, inputs: {}, outputs: { out: { kind: 'policy', doc: '' } },
  async run({ params, outputs }) { const { writePolicy } = await import('@twoshot/artifact'); await writePolicy(outputs.out, { ...params }); } };
`;

let own: StageWorkspace;
const offer = (catalogue: Readonly<Record<string, string>>): Promise<void> =>
  own.write(
    'packages/own/package.json',
    JSON.stringify({ name: '@fixture/own', version: '1.0.0', type: 'module', twoshot: { catalogue } }),
  );
beforeAll(async () => {
  own = await StageWorkspace.create();
  await offer({ 'own/noted': './noted.js' });
  await own.write('one.yaml', 'stages:\n  one: { use: own/noted, params: { size: 4 } }\n');
});
afterAll(() => own.remove());

const cache = (): string => own.path('node_modules/.cache/twoshot');
const memos = (): string[] => readdirSync(join(cache(), 'memo')).map((name) => join(cache(), 'memo', name));
const table = (): string => join(cache(), 'files.json');

/** As a process leaves the workspace that began after the stage was written. */
beforeEach(async () => {
  rmSync(cache(), { recursive: true, force: true });
  await own.write('packages/own/noted.js', noted('size: number(3)'));
  const bundles = stageBundles(own.root, cache(), Date.now() + 60_000);
  const entry: CatalogueEntry = {
    name: 'own/noted',
    package: '@fixture/own',
    manifest: own.path('packages/own/package.json'),
    entry: own.path('packages/own/noted.js'),
  };
  const stage = await bundles.load(entry);
  if (!stage.ok) throw new Error('the stage of the fixture cannot be loaded');
  await bundles.of({
    entry: entry.entry,
    // What was imported by an earlier test stays imported in this process.
    declaration: {
      ...stage.value.declaration,
      params: { size: { schema: { type: 'number', default: 3 }, external: false } },
    },
  });
  await own.ran();
});

function twoshot(...args: string[]): Promise<Finished> {
  const child = spawn(process.execPath, [join(repository, 'bin/twoshot.js'), ...args], { cwd: own.root });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (part: Buffer) => (stdout += part.toString()));
  child.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
  return new Promise((settle) => {
    child.on('close', (code) => {
      const last = stdout.trimEnd().split('\n').at(-1) ?? '';
      const summary = last.startsWith('{') ? (JSON.parse(last) as RunSummary) : null;
      settle({ code, summary, stdout, text: stdout + stderr });
    });
  });
}

test('a plan of stages that are as they were imports none of them', async () => {
  const plan = await twoshot('plan', 'one.yaml');
  expect(plan).toMatchObject({ code: 0, text: expect.stringContaining('own/noted') });
  expect(await own.ran()).toEqual([]);
});

test('an edited declaration counts at once, as does a stage that is added', async () => {
  expect((await twoshot('plan', 'one.yaml', '--set', 'one.depth=2')).text).toContain('has no param `depth`');
  await own.write('packages/own/noted.js', noted('size: number(3), depth: number(1)'));
  expect((await twoshot('plan', 'one.yaml', '--set', 'one.depth=2')).code).toBe(0);
  expect(await own.ran()).toEqual(['imported']);
  await own.write('packages/own/second.js', noted('size: number(3)').replace('own/noted', 'own/second'));
  await own.write('two.yaml', 'stages:\n  two: { use: own/second }\n');
  expect((await twoshot('plan', 'two.yaml')).text).toContain('no package offers the stage `own/second`');
  await offer({ 'own/noted': './noted.js', 'own/second': './second.js' });
  expect((await twoshot('plan', 'two.yaml')).code).toBe(0);
});

const broken: readonly [string, () => string[], (text: string) => string][] = [
  ['a memo that is empty', memos, () => ''],
  ['a memo that was cut off', memos, (text) => text.slice(0, text.length / 2)],
  ['a memo that was edited', memos, (text) => text.replaceAll('"size"', '"side"')],
  ['a memo of something else', memos, () => '{}\n[]\n'],
];

test.each(broken)('%s is as good as none', async (_, files, change) => {
  for (const file of files()) writeFileSync(file, change(readFileSync(file, 'utf8')));
  const plan = await twoshot('plan', 'one.yaml');
  expect(plan).toMatchObject({ code: 0, text: expect.stringContaining('own/noted') });
  expect(await own.ran()).toEqual(['imported']);
});

test('without its table files are read again, and nothing is imported', async () => {
  for (const text of ['', '{"packages/own/noted.js":null}']) {
    writeFileSync(table(), text);
    expect((await twoshot('plan', 'one.yaml')).code).toBe(0);
  }
  expect(await own.ran()).toEqual([]);
});

test('several runs at once, with nothing known, come to the same, and find it again', async () => {
  rmSync(cache(), { recursive: true });
  const args = ['run', 'one.yaml', '--json'];
  const runs = await Promise.all([1, 2, 3].map((at) => twoshot(...args, '--store', own.path(`store${at}`))));
  expect(runs.map(({ code, text }) => (code === 0 ? '' : text))).toEqual(['', '', '']);
  const digests = runs.map(({ summary }) => summary!.stages[0]!.digests['out']);
  expect(new Set(digests).size).toBe(1);
  expect(stagesThat(await twoshot(...args, '--store', own.path('store2')), 'cached')).toEqual(['one']);
});
