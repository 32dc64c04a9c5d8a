import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readRegularFile } from './index.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twoshot-file-'));
  path = join(folder, 'a.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const read = async (): Promise<string> => (await readRegularFile(path, { limit: 10 })).toString();

test('a file is read, to its limit', async () => {
  await writeFile(path, '0123456789');
  expect(await read()).toBe('0123456789');
  await writeFile(path, '');
  expect(await read()).toBe('');
  await writeFile(path, '0123456789a');
  await expect(read()).rejects.toThrow(`${path} is a file of 11 bytes where a file of at most 10 bytes should be`);
  await truncate(path, 2 ** 40);
  await expect(read()).rejects.toThrow(`a file of ${2 ** 40} bytes`);
});

test('a link is followed where that is asked for', async () => {
  await writeFile(join(folder, 'b.json'), 'b');
  await symlink(join(folder, 'b.json'), path);
  await expect(read()).rejects.toMatchObject({ name: 'IrregularFileError', path, found: 'a link' });
  expect((await readRegularFile(path, { limit: 10, followLinks: true })).toString()).toBe('b');
});

test.runIf(process.platform === 'linux')('what is no file is named at once, and not waited for', async () => {
  execFileSync('mkfifo', [path]);
  await expect(read()).rejects.toMatchObject({ found: 'a named pipe' });
  await rm(path);
  await mkdir(path);
  await expect(read()).rejects.toMatchObject({ found: 'a folder' });
  await expect(readRegularFile('/dev/zero', { limit: 10 })).rejects.toThrow('/dev/zero is a device');
  // It says that it is empty.
  await expect(readRegularFile('/proc/self/maps', { limit: 10 })).rejects.toThrow('a file of more than 10 bytes');
  await rm(path, { recursive: true });
  await expect(read()).rejects.toMatchObject({ code: 'ENOENT' });
});
