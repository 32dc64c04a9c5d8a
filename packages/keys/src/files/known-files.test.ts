import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { unsealed } from '@twoshot/artifact/sealed-json';
import { KnownFiles } from './known-files.js';

let root: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'twoshot-known-')));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const table = (): string => join(root, 'cache/files.json');
const open = (): KnownFiles => new KnownFiles(root, table());
const kept = async (): Promise<string[]> => Object.keys(unsealed(await readFile(table(), 'utf8')) as object);

test('a file is looked at once, relative to the root or by its whole path', async () => {
  await writeFile(join(root, 'a.js'), 'one');
  const files = open();
  const first = files.look('a.js');
  await writeFile(join(root, 'a.js'), 'two');
  expect(files.look('a.js')).toBe(first);
  expect(open().look(join(root, 'a.js'))!.sha256).not.toBe(first!.sha256);
});

test('a change of the same size within the step of a clock is seen', async () => {
  await writeFile(join(root, 'a.js'), 'one');
  const files = open();
  const first = files.look('a.js')!;
  await files.keep();
  await writeFile(join(root, 'a.js'), 'two');
  expect(open().look('a.js')!.sha256).not.toBe(first.sha256);
});

test('what is gone is null, and goes out of the table with all that is gone', async () => {
  for (const name of ['a.js', 'b.js', 'c.js']) await writeFile(join(root, name), name);
  const files = open();
  for (const name of ['a.js', 'b.js', 'none.js']) files.look(name);
  expect(files.look('none.js')).toBeNull();
  await files.keep();
  expect(await kept()).toEqual(['a.js', 'b.js']);
  await rm(join(root, 'a.js'));
  const later = open();
  later.look('c.js');
  await later.keep();
  expect(await kept()).toEqual(['b.js', 'c.js']);
});

test.each(['', '{}', 'null', '[1'])('a table that holds %j is as good as none', async (text) => {
  await writeFile(join(root, 'a.js'), 'one');
  const files = open();
  files.look('a.js');
  await files.keep();
  await writeFile(table(), text);
  expect(open().look('a.js')).toMatchObject({ sha256: files.look('a.js')!.sha256 });
});
