import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestArtifact, readImages, readLabels } from '@twoshot/artifact';
import { expect, test } from 'vitest';
import { dir, labelled, plain, put, putSmallFolder, type Result, run, useWorkspace } from './folder.fixture.js';

useWorkspace();

const indices = (list: [string, number, string][]): number[] => list.map(([, index]) => index);

const digests = async ({ outputs }: Result): Promise<string[]> =>
  Promise.all(Object.values(outputs).map(digestArtifact));

const filesOf = async (params: object): Promise<(readonly string[] | null)[]> => {
  const { outputs } = await run(params);
  return [(await readImages(outputs.train)).files, (await readImages(outputs.test)).files];
};

test('sub-folders are classes, everything is learned from, and what has no label is answered', async () => {
  await putSmallFolder();
  await put('cat/notes.txt', 'not an image');
  await put('.hidden/x.png', plain('red'));
  const { outputs, reads, logs, warnings } = await run();
  const train = await readImages(outputs.train);
  expect(train.files).toEqual([
    'a.png',
    'cat/1.png',
    'cat/2.png',
    'dog/1.png',
    'dog/2.png',
    'unlabelled/b.png',
    'unlabelled/deep/c.png',
  ]);
  expect([...train.index]).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect([train.height, train.width, train.channels]).toEqual([32, 32, 3]);
  const testing = await readImages(outputs.test);
  expect([testing.files, [...testing.index]]).toEqual([
    ['a.png', 'unlabelled/b.png', 'unlabelled/deep/c.png'],
    [0, 5, 6],
  ]);
  expect([...testing.pixels.subarray(0, 3)]).toEqual([0, 255, 0]);
  expect((await readImages(outputs.val)).count).toBe(0);
  expect(await labelled(outputs.labels)).toEqual([
    ['train', 1, 'cat'],
    ['train', 2, 'cat'],
    ['train', 3, 'dog'],
    ['train', 4, 'dog'],
  ]);
  expect(await labelled(outputs.truth)).toEqual([]);
  expect(logs).toContain('learning from 7, of which 4 are labelled; answering 3');
  expect(warnings).toEqual([]);
  expect(reads.params).not.toContain('draw');
});

test('a labels.csv names the labelled ones wherever they lie', async () => {
  for (const name of ['1.png', 'x/2.png', 'x/3.png', '4.png', '5.png']) await put(name, plain('red'));
  await put('labels.csv', 'file,label\n1.png,10\nx/2.png,9\nx/3.png,9\n4.png,10\n5.png,\n');
  const { outputs } = await run();
  const { classNames } = await readLabels(outputs.labels);
  expect(classNames).toEqual(['9', '10']);
  expect(await labelled(outputs.labels)).toEqual([
    ['train', 0, '10'],
    ['train', 1, '10'],
    ['train', 3, '9'],
    ['train', 4, '9'],
  ]);
  expect((await readImages(outputs.test)).files).toEqual(['5.png']);
  await writeFile(join(dir, 'other.csv'), 'file,label\n1.png,a\n5.png,a\n4.png,b\nx/3.png,b\n');
  const other = await run({ labels: 'other.csv' });
  expect((await readImages(other.outputs.test)).files).toEqual(['x/2.png']);
});

test('which images are learned from and which are answered can be said', async () => {
  await putSmallFolder();
  const given = ['cat/1.png', 'cat/2.png', 'dog/1.png', 'dog/2.png'];
  expect(await filesOf({ train: 'labelled', test: 'unlabelled/deep' })).toEqual([given, ['unlabelled/deep/c.png']]);
  expect((await filesOf({ test: 'all' }))[1]?.length).toBe(7);
  expect(await filesOf({ limit: 1 })).toEqual([['a.png', ...given], ['a.png']]);
  await expect(run({ test: 'holdout' })).rejects.toMatchObject({
    code: 'no-such-part',
    message: expect.stringContaining("`test` is 'holdout': expected all, unlabelled or a sub-folder with images"),
  });
});

test('of many labels a draw gives a few, and the others are answers to score by', async () => {
  for (const name of ['cat', 'dog'])
    for (let at = 0; at < 6; at++) await put(`${name}/${at}.png`, plain('red', 8 + at, 9));
  const one = await run({ shots: 2, draw: 3 });
  expect((await readLabels(one.outputs.labels)).origin).toEqual({ split: 0, draw: 3 });
  const given = await labelled(one.outputs.labels);
  expect(given.map(([, , name]) => name)).toEqual(['cat', 'cat', 'dog', 'dog']);
  const answers = await labelled(one.outputs.truth);
  expect(answers.filter(([set]) => set === 'test').length).toBe(8);
  expect(answers.filter(([set]) => set === 'train').length).toBe(8);
  expect((await readImages(one.outputs.test)).count).toBe(8);
  const draws = await Promise.all(
    [3, 4, 5, 6].map(async (draw) => indices(await labelled((await run({ shots: 2, draw })).outputs.labels))),
  );
  expect(draws[0]).toEqual(indices(given));
  expect(new Set(draws.map(String)).size).toBeGreaterThan(1);
});

test('links to folders are followed, and those that go round end', async () => {
  await putSmallFolder();
  await mkdir(join(dir, 'other'));
  await plain('white').toFile(join(dir, 'other/1.png'));
  await symlink(join(dir, 'other'), join(dir, 'pics/unlabelled/linked'));
  await symlink(join(dir, 'pics'), join(dir, 'pics/unlabelled/round'));
  const { outputs, warnings } = await run();
  expect((await readImages(outputs.test)).files).toEqual([
    'a.png',
    'unlabelled/b.png',
    'unlabelled/deep/c.png',
    'unlabelled/linked/1.png',
  ]);
  expect(warnings).toEqual([]);
});

test('the same images elsewhere are the same artifacts', async () => {
  await putSmallFolder();
  await put('fake.jpg', 'this is no image');
  const here = await digests(await run());
  await symlink(join(dir, 'pics'), join(dir, 'elsewhere'));
  expect(await digests(await run({ path: 'elsewhere' }))).toEqual(here);
});
