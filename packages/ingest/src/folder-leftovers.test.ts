import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { readLabels } from '@twoshot/artifact';
import { expect, test } from 'vitest';
import { dir, filesOf, labelled, plain, put, putSmallFolder, run, small, useWorkspace } from './folder.fixture.js';

useWorkspace();

test('leftovers of operating systems are neither classes nor images, and the log names each', async () => {
  await putSmallFolder();
  const leftovers = ['@eaDir', '#recycle', '$RECYCLE.BIN', 'lost+found', '__MACOSX', 'cat/@eaDir'];
  for (const folder of leftovers) await put(`${folder}/thumb.png`, plain('white'));
  for (const file of ['Thumbs.db', 'desktop.ini', '.DS_Store', 'cat/._1.png']) await put(file, 'x');
  const result = await run();
  const { outputs, logs, warnings } = result;
  expect(await filesOf(result, 'train')).toEqual(small);
  expect((await readLabels(outputs.labels)).classNames).toEqual(['cat', 'dog']);
  expect(warnings).toEqual([]);
  expect(logs.filter((line) => line.startsWith('left out '))).toHaveLength(leftovers.length + 4);
});

test('a pipe is left out and never waited for', async () => {
  await putSmallFolder();
  execFileSync('mkfifo', [join(dir, 'pics', 'pipe.png')]);
  const result = await run();
  expect(await filesOf(result, 'train')).toEqual(small);
  expect(result.warnings).toEqual(['1 entry is left out: pipe.png (a pipe, a socket or a device)']);
});

test('the first bytes say what a file without an ending of its own is', async () => {
  await putSmallFolder();
  const jpeg = await plain('lime').jpeg().toBuffer();
  for (const name of ['IMG_1', 'photo.jpg_large', 'old.jpe']) await put(name, jpeg);
  expect(await filesOf(await run(), 'test')).toEqual([
    'IMG_1',
    'a.png',
    'old.jpe',
    'photo.jpg_large',
    ...small.slice(5),
  ]);
});

test('a name that is not UTF-8 is named', async () => {
  await putSmallFolder();
  await writeFile(Buffer.concat([Buffer.from(join(dir, 'pics/caf')), Buffer.from([0xe9]), Buffer.from('.png')]), 'x');
  const { warnings } = await run();
  expect(warnings).toEqual(['1 entry is left out: caf\uFFFD.png (a name that is not UTF-8; rename it)']);
});

test('one name in two spellings of Unicode is one class', async () => {
  for (const [at, name] of ['caf\u00E9', 'cafe\u0301'].entries()) await put(`${name}/${at}.png`, plain('red'));
  for (const name of ['dog/1.png', 'dog/2.png', 'a.png']) await put(name, plain('blue'));
  const { outputs } = await run();
  expect((await readLabels(outputs.labels)).classNames).toEqual(['caf\u00E9', 'dog']);
});

test('the words of `train` and `test` are classes like others', async () => {
  await putSmallFolder();
  for (const name of ['all/1.png', 'all/2.png']) await put(name, plain('white'));
  expect((await labelled(await run())).filter(([, name]) => name === 'all')).toHaveLength(2);
});

test('a socket, and a folder whose name is not UTF-8, are named and nothing more', async () => {
  await putSmallFolder();
  const server = createServer();
  const socket = join(dir, 'pics/socket');
  await new Promise<void>((resolve) => void server.listen(socket, resolve));
  const name = Buffer.concat([Buffer.from(join(dir, 'pics/f')), Buffer.from([0xfc]), Buffer.from('chse')]);
  await mkdir(name);
  await writeFile(Buffer.concat([name, Buffer.from('/1.png')]), await plain('red').png().toBuffer());
  try {
    const result = await run();
    expect(await filesOf(result, 'train')).toEqual(small);
    expect(result.warnings).toEqual([
      '2 entries are left out: f\uFFFDchse (a name that is not UTF-8; rename it), socket (a pipe, a socket or a device)',
    ]);
  } finally {
    server.close();
  }
});

test('a folder without rights is left out and named', async () => {
  await putSmallFolder();
  await put('secret/1.png', plain('red'));
  await chmod(join(dir, 'pics/secret'), 0);
  await chmod(dir, 0o755);
  // Everything is loaded while it may be.
  await run({ train: 'labelled' }).catch(() => undefined);
  const result = await asNobody(() => run());
  await chmod(join(dir, 'pics/secret'), 0o755);
  expect(await filesOf(result, 'train')).toEqual(small);
  expect(result.warnings).toEqual(['1 entry is left out: secret (no permission to read it)']);
});

/** Root may read everything. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid!() !== 0) return work();
  process.seteuid!(65_534);
  try {
    return await work();
  } finally {
    process.seteuid!(0);
  }
}

test('links that lead to one folder in very many ways are followed a few times', async () => {
  await putSmallFolder();
  for (let at = 0; at <= 12; at++) await mkdir(join(dir, `pics/unlabelled/${at}`));
  for (let at = 0; at < 12; at++)
    for (const name of ['x', 'y']) await symlink(`../${at + 1}`, join(dir, `pics/unlabelled/${at}/${name}`));
  await put('unlabelled/12/last.png', plain('white'));
  const result = await run();
  expect((await filesOf(result, 'test')).filter((file) => file.endsWith('last.png'))).toHaveLength(8);
  expect(result.warnings[0]).toMatch(/entries are left out: .*\(a folder that more than 8 links lead to\)/);
});
