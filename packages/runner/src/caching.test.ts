// @module-tag slow
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runJson } from '@twoshot/events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { digestsOf, recorder, RunnableWorkspace, statuses, whyOf } from './runnable-workspace.fixture.js';

let workspace: RunnableWorkspace;
beforeEach(async () => {
  workspace = await RunnableWorkspace.create();
});
afterEach(() => workspace.remove());

const line = `
  one: { use: make/number, params: { value: 3 } }
  two: { use: math/double, in: { in: one.out } }
  odd: { use: math/parity, in: { in: two.out } }
  all: { use: math/sum, in: { in: [two.out, odd.out] } }
`;

test('the first run runs all, the second one nothing', async () => {
  const first = await workspace.run(line);
  expect(first.errors).toEqual([]);
  expect(statuses(first)).toEqual(['one ran', 'two ran', 'odd ran', 'all ran']);
  expect(whyOf(first, 'two')).toBe('first run');
  const second = await workspace.run(line);
  expect(statuses(second)).toEqual(['one cached', 'two cached', 'odd cached', 'all cached']);
  expect(digestsOf(second)).toEqual(digestsOf(first));
  expect(await workspace.ran()).toEqual(['make/number', 'math/double', 'math/parity', 'math/sum']);
});

test('a cached result repeats the warnings of the run that produced it', async () => {
  const warned = '  one: { use: make/warned }\n';
  const first = recorder();
  const fresh = await workspace.run(warned, { listener: first.listener });
  const second = recorder();
  const again = await workspace.run(warned, { listener: second.listener });
  expect(statuses(again)).toEqual(['one cached']);
  const told = ({ events }: typeof first): unknown[] => events.filter(({ type }) => type === 'stage-warning');
  const warning = { type: 'stage-warning', task: 'one', line: 'one image is left out' };
  expect(told(first)).toEqual([{ ...warning, seconds: expect.any(Number) }]);
  expect(told(second)).toEqual([{ ...warning, seconds: expect.any(Number), run: fresh.run }]);
  for (const result of [fresh, again])
    expect(runJson(result)).toMatchObject({ stages: [{ stage: 'one', warnings: ['one image is left out'] }] });
  expect(await readFile(join(again.directory!, 'logs/one.log'), 'utf8')).toContain('warning: one image is left out');
  const page = await readFile(join(again.directory!, 'run.html'), 'utf8');
  expect(page).toContain('one warns: one image is left out');
  expect(page.split('warning: one image is left out')).toHaveLength(2);
});

test('only params that were read count, and the cause names the change', async () => {
  await workspace.run(line);
  const unread = await workspace.run(line, { set: ['one.unread=7'] });
  expect(statuses(unread)[0]).toBe('one cached');
  const changed = await workspace.run(line, { set: ['one.value=4'] });
  expect(whyOf(changed, 'one')).toBe('param value 3 -> 4');
  expect(whyOf(changed, 'two')).toBe('input in changed (one: param value 3 -> 4)');
});

test('an unchanged output stops the change', async () => {
  await workspace.run(line);
  const changed = await workspace.run(line, { set: ['one.value=5'] });
  // Twice an odd number is even as before.
  expect(statuses(changed)).toEqual(['one ran', 'two ran', 'odd ran', 'all ran']);
  const below = `${line}  last: { use: math/double, in: { in: odd.out } }\n`;
  await workspace.run(below);
  const again = await workspace.run(below, { set: ['one.value=7'] });
  expect(statuses(again).at(-1)).toBe('last cached');
});

test('comments, white space and YAML layout change nothing', async () => {
  await workspace.run(line);
  await workspace.ran();
  await workspace.code(
    'arithmetic.js',
    `// a new comment\nexport const double = (value) => {\n  return 2 * value;\n};\nexport const parity = (value) => value % 2;\n`,
  );
  const body = await workspace.run(line);
  // A block instead of an expression is other code, though not another result: the change stops behind it.
  expect(statuses(body)).toEqual(['one cached', 'two ran', 'odd cached', 'all cached']);
  await workspace.code(
    'arithmetic.js',
    `/* twice */\n  export const double = value => {   return 2*value }\nexport const parity = (value) => value % 2 // rest\n`,
  );
  const spaced = await workspace.run(`stages: # all of them\n${line.replaceAll(', ', ',   ')}`);
  expect(statuses(spaced)).toEqual(['one cached', 'two cached', 'odd cached', 'all cached']);
});

test('a changed helper reruns exactly the stages that use it', async () => {
  await workspace.run(line);
  await workspace.ran();
  await workspace.code(
    'arithmetic.js',
    `export const double = (value) => 2 * value;\nexport const parity = (value) => (value % 2) + 10;\n`,
  );
  const changed = await workspace.run(line);
  expect(await workspace.ran()).toEqual(['math/parity', 'math/sum']);
  expect(whyOf(changed, 'odd')).toBe('code changed (packages/stages/dist/arithmetic.js)');
  expect(whyOf(changed, 'all')).toBe('input in changed (odd: code changed (packages/stages/dist/arithmetic.js))');
});

test('reverting a change finds the earlier results', async () => {
  const first = await workspace.run(line);
  await workspace.run(line, { set: ['one.value=8'] });
  await workspace.ran();
  const back = await workspace.run(line);
  expect(await workspace.ran()).toEqual([]);
  expect(digestsOf(back)).toEqual(digestsOf(first));
});

test('a worker thread runs from the bundle, and its code counts', async () => {
  const threaded = `
  one: { use: make/number, params: { value: 3 } }
  tri: { use: math/threaded, in: { in: one.out } }
`;
  const first = await workspace.run(threaded);
  expect(first.errors).toEqual([]);
  await workspace.code(
    'triple.js',
    `export const triple = (value) => 3 * value;\nexport const unused = (value) => 6 * value;\n`,
  );
  expect(statuses(await workspace.run(threaded))).toEqual(['one cached', 'tri cached']);
  await workspace.code('triple.js', `export const triple = (value) => 4 * value;\n`);
  const changed = await workspace.run(threaded);
  expect(statuses(changed)).toEqual(['one cached', 'tri ran']);
  expect(digestsOf(changed)).not.toEqual(digestsOf(first));
});

test('the seed of the pipeline counts for stages that use seeds', async () => {
  const seeded = `
  one: { use: make/number }
  dice: { use: make/seeded }
`;
  const first = await workspace.run(seeded);
  const other = await workspace.run(seeded, { seed: 5 });
  expect(statuses(other)).toEqual(['one cached', 'dice ran']);
  expect(whyOf(other, 'dice')).toBe('seed changed');
  expect(digestsOf(other)['dice']).not.toEqual(digestsOf(first)['dice']);
});

test('the content of an external file counts, not its path', async () => {
  await workspace.write('data/a.txt', 'hello');
  const pipeline = '  file: { use: make/file, params: { path: data/a.txt } }\n';
  await workspace.run(pipeline);
  await workspace.write('elsewhere/b.txt', 'hello');
  expect(statuses(await workspace.run(pipeline, { set: ['file.path=elsewhere/b.txt'] }))).toEqual(['file cached']);
  await workspace.write('data/a.txt', 'hallo');
  const changed = await workspace.run(pipeline);
  expect(whyOf(changed, 'file')).toBe('content of param path changed');
});

test('missing external files are downloaded first', async () => {
  const pipeline = '  file: { use: make/fetched, params: { path: data.txt } }\n';
  expect(statuses(await workspace.run(pipeline))).toEqual(['file ran']);
  expect(statuses(await workspace.run(pipeline))).toEqual(['file cached']);
  expect(await workspace.ran()).toEqual(['prepare', 'make/fetched']);
});

test('declared environment variables count', async () => {
  const pipeline = '  env: { use: math/env }\n';
  await workspace.run(pipeline);
  process.env['TWOSHOT_TEST_VALUE'] = '4';
  try {
    expect(whyOf(await workspace.run(pipeline), 'env')).toBe('environment TWOSHOT_TEST_VALUE null -> 4');
  } finally {
    delete process.env['TWOSHOT_TEST_VALUE'];
  }
});

test('a forced stage runs alone while its output stays the same', async () => {
  await workspace.run(line);
  await workspace.ran();
  const forced = await workspace.run(line, { force: ['two'] });
  expect(statuses(forced)).toEqual(['one cached', 'two ran', 'odd cached', 'all cached']);
  expect(whyOf(forced, 'two')).toBe('forced');
});

test('--only runs a stage and what it needs', async () => {
  const only = await workspace.run(line, { only: ['odd'] });
  expect(statuses(only)).toEqual(['one ran', 'two ran', 'odd ran', 'all skipped']);
});

test('a result whose artifact is missing is made again, and nothing below it', async () => {
  const first = await workspace.run(line);
  await workspace.ran();
  const digest = first.outcomes[1]!.digests['out']!;
  await rm(workspace.path(`.twoshot/objects/${digest.slice(0, 2)}/${digest}`), { recursive: true });
  const healed = await workspace.run(line);
  expect(await workspace.ran()).toEqual(['math/double']);
  expect(whyOf(healed, 'two')).toBe('the stored result is damaged');
  expect(digestsOf(healed)).toEqual(digestsOf(first));
});

test("a checkout that only another user may write to runs from the user's cache", async () => {
  vi.stubEnv('TWOSHOT_CACHE', workspace.path('of-the-user'));
  // Rights mean nothing to an administrator, as in many containers; a file in the way does.
  await workspace.write('node_modules/.cache', 'not a folder');
  const packages = `${line}  tri: { use: math/threaded, in: { in: one.out } }\n  fast: { use: math/engine, in: { in: tri.out } }\n`;
  const first = await workspace.run(packages);
  expect(first.errors).toEqual([]);
  expect(new Set(first.outcomes.map(({ status }) => status))).toEqual(new Set(['ran']));
  expect(new Set((await workspace.run(packages)).outcomes.map(({ status }) => status))).toEqual(new Set(['cached']));
  expect(await readdir(workspace.path('of-the-user/workspaces'))).toHaveLength(1);
  vi.unstubAllEnvs();
});
