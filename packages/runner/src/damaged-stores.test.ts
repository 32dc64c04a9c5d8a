// @module-tag slow
import { execFileSync } from 'node:child_process';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { sha256 } from '@twoshot/artifact/canonical-json';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exitCodeOf, type RunResult } from '@twoshot/events';
import { recorder, RunnableWorkspace, statuses, whyOf } from './runnable-workspace.fixture.js';

let workspace: RunnableWorkspace;
beforeEach(async () => {
  workspace = await RunnableWorkspace.create();
});
afterEach(() => workspace.remove());

const numberIn = async ({ outputs }: RunResult): Promise<unknown> =>
  JSON.parse(await readFile(outputs['result']!, 'utf8'));

/** Gives an artifact another content, and the store a record that knows of the change: nothing but the content tells. */
async function replaceContent(digest: string): Promise<string> {
  const folder = workspace.path(`.twoshot/objects/${digest.slice(0, 2)}/${digest}`);
  const file = `${folder}/policy.json`;
  await chmod(file, 0o644);
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('1', '7'));
  const { size, mtimeMs, ctimeMs } = await stat(file);
  const content = JSON.stringify({ files: [['policy.json', size, mtimeMs, ctimeMs]] });
  await writeFile(`${folder}.json`, `{"sha256":"${sha256(content)}","content":${content}}\n`);
  return folder;
}

const line = `stages:
  one: { use: make/number }
  two: { use: math/double, in: { in: one.out } }
outputs: { result: two.out }
`;

test('an input with another content is made again before a stage runs on it', async () => {
  const first = await workspace.run(line);
  const folder = await replaceContent(first.outcomes[0]!.digests['out']!);
  expect(statuses(await workspace.run(line))).toEqual(['one cached', 'two cached']);
  const { events, listener } = recorder();
  const changed = await workspace.run(line, { set: ['two.plus=5'], listener });
  expect(changed.error).toBeNull();
  expect(statuses(changed)).toEqual(['one ran', 'two ran']);
  expect(whyOf(changed, 'one')).toBe('the stored result is damaged');
  expect(await numberIn(changed)).toEqual({ value: 7 });
  const notices = events.flatMap((event) => (event.type === 'notice' ? [event.message] : []));
  expect(notices).toEqual([expect.stringContaining(`${folder} in the store has changed since it was stored`)]);
});

test('--verify reads everything that is reused, and an output is read before it is handed out', async () => {
  const first = await workspace.run(line);
  await replaceContent(first.outcomes[0]!.digests['out']!);
  expect(statuses(await workspace.run(line, { verify: true }))).toEqual(['one ran', 'two cached']);
  await workspace.run(line, { set: ['one.value=5'] });
  const ten = await workspace.run(line, { set: ['one.value=5'] });
  await replaceContent(ten.outcomes[1]!.digests['out']!);
  const refused = await workspace.run(line, { set: ['one.value=5'] });
  expect(exitCodeOf(refused)).toBe(2);
  expect(refused.error).toMatchObject({ code: 'store-damaged', message: 'The output `result` is not what was stored' });
  const again = await workspace.run(line, { set: ['one.value=5'] });
  expect(statuses(again)).toEqual(['one cached', 'two ran']);
  expect(await numberIn(again)).toEqual({ value: 10 });
});

test('what runs is what was hashed: a bundle that was edited or emptied is made anew', async () => {
  await workspace.run(line);
  const bundles = workspace.path('node_modules/.cache/twoshot/bundles');
  const names = await readdir(bundles);
  const edits = [
    (text: string) => text.replaceAll('2 * value', '3 * value'),
    () => '',
    (text: string) => text.slice(0, 100),
  ];
  for (const [at, edit] of edits.entries()) {
    for (const name of names)
      for (const file of await readdir(`${bundles}/${name}`))
        await writeFile(`${bundles}/${name}/${file}`, edit(await readFile(`${bundles}/${name}/${file}`, 'utf8')));
    const result = await workspace.run(line, { set: [`one.value=${at + 5}`] });
    expect(result.error).toBeNull();
    expect(await numberIn(result)).toEqual({ value: 2 * (at + 5) });
  }
  expect((await readdir(bundles)).sort()).toEqual(names.sort());
});

function pipe(file: string): void {
  rmSync(file);
  execFileSync('mkfifo', [file]);
}

test('whatever stands in the files that a workspace keeps for speed, they are made anew', async () => {
  await workspace.write('number.txt', 'four');
  const read = `stages: { one: { use: make/file, params: { path: number.txt } } }\noutputs: { result: one.out }\n`;
  await workspace.run(read);
  const cache = workspace.path('node_modules/.cache/twoshot');
  const files = (await readdir(cache, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  expect(new Set(files.map((file) => relative(cache, file).split(sep)[0])).size).toBeGreaterThan(3);
  const changes = [
    (file: string) => writeFileSync(file, 'null'),
    (file: string) => writeFileSync(file, '{}'),
    ...(process.platform === 'win32' ? [] : [pipe]),
  ];
  for (const change of changes) {
    files.forEach(change);
    const again = await workspace.run(read, { force: ['one'] });
    expect(again.error).toBeNull();
    expect(await numberIn(again)).toEqual({ value: 4 });
  }
});

test('what a stage makes of an input that it rewrote is not stored, and the input is made again', async () => {
  const rewriting = `stages:
  one: { use: make/number }
  bad: { use: bad/rewrites, in: { in: one.out } }
  two: { use: math/double, in: { in: one.out } }
outputs: { result: two.out }
`;
  const result = await workspace.run(rewriting, { jobs: 1 });
  expect(statuses(result).sort()).toEqual(['bad failed', 'one ran', 'two ran']);
  expect(result.error).toMatchObject({ code: 'input-changed', stage: 'bad' });
  expect(result.error?.message).toContain('the input `in` changed while it ran');
  expect(await numberIn(result)).toEqual({ value: 2 });
  const again = await workspace.run(line);
  expect(await numberIn(again)).toEqual({ value: 2 });
  const results = await readdir(workspace.path('.twoshot/results'), { recursive: true });
  expect(results.filter((name) => name.endsWith('.json'))).toHaveLength(2);
});

test('a store that is moved away during a run is told, and not made again at its old place', async () => {
  const store = workspace.path('.twoshot');
  const moved = `${store}-moved`;
  const result = await workspace.run(
    `stages:
  one: { use: make/number }
  slow: { use: wait/file, in: { after: one.out }, params: { path: ${workspace.path('go')} } }
  two: { use: math/double, in: { in: slow.out } }
outputs: { result: one.out }
`,
    {
      listener(event) {
        if (event.type !== 'stage-log' || event.line !== 'waiting') return;
        renameSync(store, moved);
        writeFileSync(workspace.path('go'), '');
      },
    },
  );
  expect(result.error).toMatchObject({ code: 'store-gone', user: true });
  expect(existsSync(store)).toBe(false);
  expect(await readdir(moved)).toContain('format.json');
  expect(statuses(await workspace.run(line, { store: moved }))[0]).toBe('one cached');
});
