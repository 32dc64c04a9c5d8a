import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestExternal, digestPath, externalPaths } from './external-digest.js';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'twoshot-external-'));
});
afterEach(() => rm(dir, { recursive: true }));

async function put(path: string): Promise<void> {
  await mkdir(dirname(join(dir, path)), { recursive: true });
  await writeFile(join(dir, path), 'x');
}

const digest = (folder = 'images'): Promise<string> => digestPath(join(dir, folder), join(dir, 'cache'));

test('a folder is its files by name and content, and what stands in it but cannot be read', async () => {
  for (const path of ['images/a.png', 'images/b/c.png']) await put(path);
  const before = await digest();
  for (const path of ['.hidden', 'Thumbs.db', '@eaDir/a.png', 'store/format.json', 'store/scratch/x', 'store/locks/x'])
    await put(`images/${path}`);
  expect(await digest()).toBe(before);
  execFileSync('mkfifo', [join(dir, 'images/pipe')]);
  const withPipe = await digest();
  expect(withPipe).not.toBe(before);
  await rm(join(dir, 'images/pipe'));
  await rename(join(dir, 'images/a.png'), join(dir, 'images/b/a.png'));
  expect(new Set([before, withPipe, await digest()]).size).toBe(3);
  await rename(join(dir, 'images/b/a.png'), join(dir, 'images/a.png'));
  await rename(join(dir, 'images'), join(dir, 'elsewhere'));
  expect(await digest('elsewhere')).toBe(before);
});

test('several paths count by their contents and their order', async () => {
  for (const name of ['a', 'b', 'again']) await writeFile(join(dir, name), name === 'b' ? 'two' : 'one');
  const declaration = { params: { tables: { schema: {}, external: true }, steps: { schema: {}, external: false } } };
  const of = (tables: unknown): Promise<string> => {
    const paths = externalPaths(declaration, { tables, steps: 'a' }, dir);
    expect(Object.keys(paths)).toEqual(['tables']);
    return digestExternal(paths['tables']!, join(dir, 'cache'));
  };
  expect(await of(['a', 'b'])).toBe(await of(['again', join(dir, 'b')]));
  const digests = await Promise.all([of('a'), of(['a']), of(['a', 'b']), of(['b', 'a']), of(['a', 'nothing'])]);
  expect(new Set(digests).size).toBe(5);
});
