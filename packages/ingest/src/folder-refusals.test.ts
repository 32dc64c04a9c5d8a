import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dir, plain, put, putSmallFolder, run, useWorkspace } from './folder.fixture.js';

useWorkspace();

test.each<[string, () => Promise<void>, object, object]>([
  [
    'a folder that is not there',
    async () => {},
    {},
    { code: 'folder-missing', message: /the folder .*pics does not exist; set `path`/ },
  ],
  [
    'a file instead of a folder',
    async () => writeFile(join(dir, 'pics'), ''),
    {},
    { code: 'not-a-folder', message: /pics is not a folder/ },
  ],
  [
    'an empty folder',
    async () => put('notes.txt', 'x'),
    {},
    {
      code: 'folder-empty',
      message:
        /no image \(JPEG, PNG, WebP, GIF, TIFF\) in .*pics, found only notes\.txt; put your images there, or set `path`/,
    },
  ],
  [
    'no label',
    async () => put('a.png', plain('red')),
    {},
    { code: 'no-labels', message: /no labelled image in .*labels\.csv/ },
  ],
  [
    'one class',
    async () => {
      for (const name of ['a.png', 'cat/1.png', 'cat/2.png']) await put(name, plain('red'));
    },
    {},
    { code: 'one-class', message: /all labels in .* are 'cat', at least two classes/ },
  ],
  [
    'fewer labels than `shots`',
    async () => {
      for (const name of ['a.png', 'cat/1.png', 'cat/2.png', 'dog/1.png']) await put(name, plain('red'));
    },
    { shots: 2 },
    {
      code: 'too-few-labels',
      message: /class 'dog' has 1 label \(dog\/1\.png\), `shots` needs 2; label more of its images, or lower `shots`/,
    },
  ],
  [
    'a class without a label because of broken images',
    async () => {
      await putSmallFolder();
      for (const name of ['dog/1.png', 'dog/2.png']) await put(name, 'broken');
    },
    {},
    {
      code: 'too-few-labels',
      message:
        /class 'dog' has no label left, since dog\/1\.png, dog\/2\.png cannot be read; replace them by readable ones/,
    },
  ],
  [
    'nothing to answer',
    async () => {
      for (const name of ['cat/1.png', 'cat/2.png', 'dog/1.png', 'dog/2.png']) await put(name, plain('red'));
    },
    {},
    { code: 'nothing-to-predict', message: /every image in .* has a label/ },
  ],
  [
    'only broken images',
    async () => {
      for (const name of ['a.png', 'cat/1.png', 'cat/2.png', 'dog/1.png', 'dog/2.png']) await put(name, 'broken');
    },
    {},
    { code: 'no-readable-image', message: /none of the 5 images in .* can be read; the first: a\.png \(not JPEG/ },
  ],
  [
    'a label for a missing file',
    async () => {
      await put('x/cat1.PNG', plain('red'));
      await put('labels.csv', 'file,label\nCat1.png,cat\n');
    },
    {},
    {
      code: 'label-without-file',
      line: 2,
      column: 1,
      message: /'Cat1\.png' has a label, but is not in .*; did you mean 'x\/cat1\.PNG'\?/,
    },
  ],
  [
    'a label for a file that is no image',
    async () => {
      await put('a.png', plain('red'));
      await put('b.txt', 'x');
      await put('labels.csv', 'file,label\na.png,cat\nb.txt,cat\n');
    },
    {},
    { code: 'label-without-file', line: 3, message: /'b\.txt' has a label, but is not an image by its name/ },
  ],
  [
    'labels for several missing files',
    async () => {
      await putSmallFolder();
      await put('labels.csv', 'file,label\ncat/1.png,cat\nx.png,cat\ny.png,cat\n');
    },
    {},
    {
      code: 'label-without-file',
      line: 3,
      message: /'x\.png' has a label, .*; the same is wrong with 1 more line; files are named relative to the folder/,
    },
  ],
  [
    'a folder instead of a label file',
    putSmallFolder,
    { labels: 'pics' },
    { code: 'label-file-unreadable', message: /expected a CSV file, but .*pics cannot be read: EISDIR/ },
  ],
  [
    'a label file that is not there',
    putSmallFolder,
    { labels: 'gone.csv' },
    { code: 'label-file-missing', message: /gone\.csv does not exist/ },
  ],
])('%s is named', async (_, prepare, params, { message, ...rest }: { message?: RegExp }) => {
  await prepare();
  await expect(run(params)).rejects.toMatchObject({
    name: 'StageInputError',
    message: expect.stringMatching(message ?? /./),
    ...rest,
  });
});
