import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestArtifact, readFiles, readImages, readLabels, readMetrics } from '@twoshot/artifact';
import { expect, test } from 'vitest';
import {
  dir,
  filesOf,
  labelled,
  pixelsOf,
  plain,
  put,
  putSmallFolder,
  type Result,
  run,
  small,
  useWorkspace,
} from './folder.fixture.js';

useWorkspace();

const digests = async ({ outputs }: Result): Promise<string[]> =>
  Promise.all(Object.values(outputs).map(digestArtifact));

const given = ['cat/1.png', 'cat/2.png', 'dog/1.png', 'dog/2.png'];

test('sub-folders are classes, all images are trained on, and unlabelled ones are tested', async () => {
  await putSmallFolder();
  await put('cat/notes.txt', 'not an image');
  await put('.hidden/x.png', plain('red'));
  const result = await run();
  const { outputs, reads, logs, warnings } = result;
  expect(await filesOf(result, 'train')).toEqual(small);
  const { height, width, channels, index } = await readImages(outputs.images);
  expect([height, width, channels]).toEqual([32, 32, 3]);
  expect([...index]).toEqual([...index].sort((a, b) => a - b));
  expect(await filesOf(result, 'test')).toEqual(['a.png', 'unlabelled/b.png', 'unlabelled/deep/c.png']);
  expect([...(await pixelsOf(result, 'a.png')).subarray(0, 3)]).toEqual([0, 255, 0]);
  expect(await labelled(result)).toEqual(given.map((file) => [file, file.slice(0, 3)]));
  expect(await labelled(result, 'truth')).toEqual([]);
  expect(logs).toContain('training images: 7, of which 4 are labelled; test images: 3');
  expect(logs.at(-1)).toBe(
    '8 files: 7 read as images, 0 as labels, 1 left out; in addition 1 hidden files, leftovers and stores, which are ignored',
  );
  expect(warnings).toEqual([]);
  expect(reads.params).not.toContain('draw');
});

test('a labels.csv names the labelled ones wherever they lie', async () => {
  for (const [at, name] of ['1.png', 'x/2.png', 'x/3.png', '4.png', '5.png'].entries())
    await put(name, plain('red', 20 + at));
  await put('labels.csv', 'file,label\n1.png,10\nx/2.png,9\nx/3.png,9\n4.png,10\n5.png,\n');
  const result = await run();
  expect((await readLabels(result.outputs.labels)).classNames).toEqual(['9', '10']);
  expect(await labelled(result)).toEqual([
    ['1.png', '10'],
    ['4.png', '10'],
    ['x/2.png', '9'],
    ['x/3.png', '9'],
  ]);
  expect(await filesOf(result, 'test')).toEqual(['5.png']);
  expect((await readMetrics(result.outputs.counts)).values).toEqual({
    files: 6,
    'read as images': 5,
    'read as labels': 1,
  });
  await writeFile(join(dir, 'other.csv'), 'file,label\n1.png,a\n5.png,a\n4.png,b\nx/3.png,b\n');
  expect(await filesOf(await run({ labels: 'other.csv' }), 'test')).toEqual(['x/2.png']);
});

test('which images are learned from and which are answered can be said', async () => {
  await putSmallFolder();
  const labelledOnly = await run({ train: 'labelled', test: 'unlabelled/deep' });
  expect(await filesOf(labelledOnly, 'train')).toEqual(given);
  expect(await filesOf(labelledOnly, 'test')).toEqual(['unlabelled/deep/c.png']);
  expect((await readMetrics(labelledOnly.outputs.counts)).values).toEqual({
    files: 7,
    'read as images': 5,
    'read as labels': 0,
    'left out: not selected by `train`, `test` and `limit`': 2,
  });
  expect(await filesOf(await run({ test: 'all' }), 'test')).toEqual(small);
  const one = await run({ limit: 1 });
  expect(await filesOf(one, 'train')).toHaveLength(5);
  expect(await filesOf(one, 'test')).toHaveLength(1);
  await expect(run({ test: 'holdout' })).rejects.toMatchObject({
    code: 'no-such-part',
    message: expect.stringContaining("`test` is 'holdout': expected all, unlabelled or a sub-folder with images"),
  });
});

test('of many labels a draw gives a few, and the others are answers to score by', async () => {
  for (const name of ['cat', 'dog'])
    for (let at = 0; at < 6; at++) await put(`${name}/${at}.png`, plain(name === 'cat' ? 'red' : 'blue', 8 + at, 9));
  const one = await run({ shots: 2, draw: 3 });
  expect((await readLabels(one.outputs.labels)).origin).toEqual({ split: 0, draw: 3 });
  const chosen = await labelled(one);
  expect(chosen.map(([, name]) => name)).toEqual(['cat', 'cat', 'dog', 'dog']);
  const truth = await labelled(one, 'truth');
  expect(truth.length).toBe(8);
  expect(await filesOf(one, 'test')).toHaveLength(8);
  const draws = await Promise.all([3, 4, 5, 6].map(async (draw) => labelled(await run({ shots: 2, draw }))));
  expect(draws[0]).toEqual(chosen);
  expect(new Set(draws.map(String)).size).toBeGreaterThan(1);
});

test('a draw stays as it is where images are renamed, and others come', async () => {
  for (let at = 0; at < 6; at++)
    for (const name of ['cat', 'dog'])
      await put(`${name}/${at}.png`, plain(name === 'cat' ? 'red' : 'blue', 8 + at, 9));
  const before = await labelled(await run({ shots: 2 }));
  for (let at = 0; at < 6; at++)
    for (const name of ['cat', 'dog'])
      await rename(join(dir, `pics/${name}/${at}.png`), join(dir, `pics/${name}/${(at + 3) % 6}-${at}.png`));
  await put('fox/1.png', plain('orange', 9));
  await put('fox/2.png', plain('orange', 8));
  const after = (await labelled(await run({ shots: 2 }))).filter(([, name]) => name !== 'fox');
  expect(after.map(([file]) => file!.replace(/\d-/, '')).sort()).toEqual(before.map(([file]) => file));
});

test('what is learned from depends neither on labels nor on names', async () => {
  await putSmallFolder();
  for (let at = 0; at < 9; at++) await put(`u${at}.png`, plain('lime', 10 + at));
  const before = await run();
  const index = (await readFiles(before.outputs.files)).rows.index;
  await rename(join(dir, 'pics/u5.png'), join(dir, 'pics/cat/zebra.png'));
  await rename(join(dir, 'pics/u3.png'), join(dir, 'pics/0.png'));
  const after = await run();
  expect(await digestArtifact(after.outputs.train)).toBe(await digestArtifact(before.outputs.train));
  expect(await labelled(after)).toContainEqual(['cat/zebra.png', 'cat']);
  expect(await filesOf(after, 'test')).not.toContain('cat/zebra.png');
  expect(new Set((await readFiles(after.outputs.files)).rows.index)).toEqual(new Set(index));
  // The numbers of the others stay as they are where an image comes.
  await put('later.png', plain('white'));
  const more = new Set((await readImages((await run()).outputs.images)).index);
  for (const one of index) expect(more).toContain(one);
});

test('what is learned from one sub-folder does not depend on images that come into another', async () => {
  await putSmallFolder();
  for (let at = 0; at < 4; at++) await put(`${at < 2 ? 'first' : 'later'}/${at}.png`, plain('lime', 10 + at));
  const params = { train: 'first', test: 'later' };
  const before = await run(params);
  expect(await filesOf(before, 'train')).toEqual([...given, 'first/0.png', 'first/1.png']);
  await put('later/0.png', plain('white'));
  const after = await run(params);
  expect(await filesOf(after, 'test')).toEqual(['later/0.png', 'later/2.png', 'later/3.png']);
  expect(await digestArtifact(after.outputs.train)).toBe(await digestArtifact(before.outputs.train));
});

test('one label in a class is enough, and is named', async () => {
  for (const name of ['a.png', 'cat/1.png', 'cat/2.png', 'dog/1.png']) await put(name, plain('red'));
  const result = await run();
  expect(await labelled(result)).toHaveLength(3);
  expect(result.warnings).toEqual([
    expect.stringContaining('more than one label'),
    '1 class has one label only: dog; with a second one, predictions are more accurate',
  ]);
  expect((await run({ shots: 1 })).warnings.join()).not.toContain('one label only');
});

test('links to folders are followed, and those that go round end', async () => {
  await putSmallFolder();
  await mkdir(join(dir, 'other'));
  await plain('white').toFile(join(dir, 'other/1.png'));
  await symlink(join(dir, 'other'), join(dir, 'pics/unlabelled/linked'));
  await symlink(join(dir, 'pics'), join(dir, 'pics/unlabelled/round'));
  const result = await run();
  expect(await filesOf(result, 'test')).toEqual([
    'a.png',
    'unlabelled/b.png',
    'unlabelled/deep/c.png',
    'unlabelled/linked/1.png',
  ]);
  expect(result.warnings).toEqual([]);
});

test('the same images elsewhere are the same artifacts', async () => {
  await putSmallFolder();
  await put('fake.jpg', 'this is no image');
  const here = await digests(await run());
  await symlink(join(dir, 'pics'), join(dir, 'elsewhere'));
  expect(await digests(await run({ path: 'elsewhere' }))).toEqual(here);
});
