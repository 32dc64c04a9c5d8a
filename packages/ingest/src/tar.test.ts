import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TarEntry, tarOf } from './tar.fixture.js';
import { extractTar } from './tar.js';

let root = '';
let folder = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'twoshot-tar-'));
  folder = join(root, 'inside');
  await mkdir(folder);
});
afterEach(() => rm(root, { recursive: true }));

async function unpack(entries: readonly TarEntry[], change = (archive: Buffer): Buffer => archive): Promise<string[]> {
  const archive = join(root, 'archive.tar');
  await writeFile(archive, change(tarOf(entries)));
  await extractTar(archive, folder, (path) => !path.startsWith('left'));
  return (await readdir(folder, { recursive: true })).sort();
}

/** A pax record counts its own length. */
const paxPath = (path: string): string => {
  const length = path.length + ' path=\n'.length;
  return `${length + String(length + 3).length} path=${path}\n`;
};

const long = `${'long'.repeat(40)}.bin`;

test('names longer than a header come from pax records and from entries of GNU tar', async () => {
  const names = await unpack([
    { name: 'PaxHeader', type: 'x', content: paxPath(`top/pax-${long}`) },
    { name: 'top/pax-cut', content: 'pax' },
    { name: '././@LongLink', type: 'L', content: `top/gnu-${long}\0` },
    { name: 'top/gnu-cut', content: 'gnu' },
  ]);
  expect(names).toEqual([`gnu-${long}`, `pax-${long}`]);
  expect(await readFile(join(folder, `pax-${long}`), 'utf8')).toBe('pax');
  expect(await readFile(join(folder, `gnu-${long}`), 'utf8')).toBe('gnu');
});

test('wanted files are taken out of their top folder, gzipped or not; links and others are left', async () => {
  const entries = [
    { name: 'top/', type: '5', content: '' },
    { name: 'top/a/b.bin', content: 'x'.repeat(2000) },
    { name: 'top/left.html', content: 'not wanted' },
    { name: 'top/link', type: '2', link: '/etc/passwd', content: '' },
    { name: 'beside', content: 'no folder' },
  ];
  expect(await unpack(entries)).toEqual(['a', 'a/b.bin']);
  expect(await readFile(join(folder, 'a/b.bin'), 'utf8')).toBe('x'.repeat(2000));
  await rm(join(folder, 'a'), { recursive: true });
  expect(await unpack(entries, gzipSync)).toEqual(['a', 'a/b.bin']);
});

test.each(['top/../../outside', '../../outside', 'top//../outside'])('%s never leaves the folder', async (name) => {
  await expect(unpack([{ name, content: 'x' }])).rejects.toThrow(/contains '\.\.'/);
  expect((await readdir(root, { recursive: true })).sort()).toEqual(['archive.tar', 'inside']);
});

test('an archive that is damaged or truncated is an error', async () => {
  const entries = [{ name: 'top/a.bin', content: 'x'.repeat(3000) }];
  await expect(unpack(entries, (archive) => archive.subarray(0, 1500))).rejects.toThrow('Truncated');
  await expect(unpack(entries, () => Buffer.alloc(2048, 'no archive'))).rejects.toThrow('checksum');
  await expect(unpack(entries, (archive) => gzipSync(archive).subarray(0, 40))).rejects.toThrow('unexpected end');
});
