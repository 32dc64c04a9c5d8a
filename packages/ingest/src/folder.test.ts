import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { digestArtifact, readImages, readLabels } from '@twoshot/artifact';
import { type TestResult, runStage } from '@twoshot/stage/testing';
import sharp, { type Sharp } from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import folder from './folder.js';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'twoshot-folder-'));
});
afterEach(() => rm(dir, { recursive: true }));

type Result = TestResult<typeof folder.outputs>;

const run = (params: object = {}): Promise<Result> =>
  runStage(folder, { params: { path: 'pics', ...params }, workspace: dir });

async function put(file: string, content: Sharp | string | Uint8Array): Promise<void> {
  const path = join(dir, 'pics', file);
  await mkdir(dirname(path), { recursive: true });
  await (typeof content === 'string' || content instanceof Uint8Array
    ? writeFile(path, content)
    : content.toFile(path));
}

const plain = (background: string, width = 40, height = 30): Sharp =>
  sharp({ create: { width, height, channels: 3, background } });

/** Two classes of two pictures, and three without a label. */
async function putSmallFolder(): Promise<void> {
  for (const name of ['cat/1.png', 'cat/2.png']) await put(name, plain('red'));
  for (const name of ['dog/1.png', 'dog/2.png']) await put(name, plain('blue'));
  for (const name of ['a.png', 'unlabelled/b.png', 'unlabelled/deep/c.png']) await put(name, plain('lime'));
}

const labelled = async (path: string): Promise<[string, number, string][]> => {
  const { rows, label, classNames } = await readLabels(path);
  return [...rows.index].map((index, row) => [
    rows.sets[rows.set[row] ?? -1] ?? '',
    index,
    classNames[label[row] ?? -1] ?? '',
  ]);
};

const indices = (list: [string, number, string][]): number[] => list.map(([, index]) => index);

const digests = async ({ outputs }: Result): Promise<string[]> =>
  Promise.all(Object.values(outputs).map(digestArtifact));

test('sub-folders are classes, everything is learned from, and what has no label is answered', async () => {
  await putSmallFolder();
  await put('cat/notes.txt', 'not a picture');
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
  expect(await labelled(outputs.answers)).toEqual([]);
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

test('which pictures are learned from and which are answered can be said', async () => {
  await putSmallFolder();
  const files = async (params: object): Promise<(readonly string[] | null)[]> => {
    const { outputs } = await run(params);
    return [(await readImages(outputs.train)).files, (await readImages(outputs.test)).files];
  };
  const given = ['cat/1.png', 'cat/2.png', 'dog/1.png', 'dog/2.png'];
  expect(await files({ train: 'labelled', test: 'unlabelled/deep' })).toEqual([given, ['unlabelled/deep/c.png']]);
  expect((await files({ test: 'all' }))[1]?.length).toBe(7);
  expect(await files({ limit: 1 })).toEqual([['a.png', ...given], ['a.png']]);
  await expect(run({ test: 'holdout' })).rejects.toMatchObject({
    code: 'no-such-part',
    message: expect.stringContaining("`test` is 'holdout': expected all, unlabelled or a sub-folder with pictures"),
  });
});

test('of many labels a draw gives a few, and the others are answers to score by', async () => {
  for (const name of ['cat', 'dog'])
    for (let at = 0; at < 6; at++) await put(`${name}/${at}.png`, plain('red', 8 + at, 9));
  const one = await run({ shots: 2, draw: 3 });
  expect((await readLabels(one.outputs.labels)).origin).toEqual({ split: 0, draw: 3 });
  const given = await labelled(one.outputs.labels);
  expect(given.map(([, , name]) => name)).toEqual(['cat', 'cat', 'dog', 'dog']);
  const answers = await labelled(one.outputs.answers);
  expect(answers.filter(([set]) => set === 'test').length).toBe(8);
  expect(answers.filter(([set]) => set === 'train').length).toBe(8);
  expect((await readImages(one.outputs.test)).count).toBe(8);
  const draws = await Promise.all(
    [3, 4, 5, 6].map(async (draw) => indices(await labelled((await run({ shots: 2, draw })).outputs.labels))),
  );
  expect(draws[0]).toEqual(indices(given));
  expect(new Set(draws.map(String)).size).toBeGreaterThan(1);
});

test('every format and every kind of picture becomes square RGB', async () => {
  await putSmallFolder();
  const grey = sharp(new Uint8Array(12).fill(100), { raw: { width: 4, height: 3, channels: 1 } });
  const deep = sharp(new Uint16Array(12).fill(25_700), { raw: { width: 4, height: 3, channels: 1 } });
  const clear = sharp({ create: { width: 9, height: 5, channels: 4, background: { r: 0, g: 0, b: 255, alpha: 0 } } });
  await put('b/grey.jpg', grey.clone().toColourspace('b-w').jpeg({ quality: 100 }));
  await put('b/deep.png', deep.toColourspace('grey16').png());
  await put('b/deep.tiff', deep.clone().toColourspace('grey16').tiff());
  await put('b/clear.webp', clear.clone().webp({ lossless: true }));
  await put('b/clear.png', clear.clone().png());
  await put('b/cmyk.JPEG', plain('white').toColourspace('cmyk').jpeg());
  const two = Buffer.concat([await plain('red', 6, 6).raw().toBuffer(), await plain('blue', 6, 6).raw().toBuffer()]);
  const animation = sharp(two, { raw: { width: 6, height: 12, channels: 3, pageHeight: 6 } });
  await put('b/moving.gif', animation.clone().gif());
  await put('b/moving.webp', animation.clone().webp({ lossless: true }));
  const { outputs, warnings } = await run({ size: 8, test: 'b' });
  const { files, pixels, index } = await readImages(outputs.test);
  const colours = Object.fromEntries(
    (files ?? []).map((file, at) => [file, [...pixels.subarray(at * 192, at * 192 + 3)]]),
  );
  expect(warnings).toEqual([]);
  expect(index.length).toBe(8);
  expect(colours).toEqual({
    'b/clear.png': [255, 255, 255],
    'b/clear.webp': [255, 255, 255],
    'b/cmyk.JPEG': [255, 255, 255],
    'b/deep.png': [100, 100, 100],
    'b/deep.tiff': [100, 100, 100],
    'b/grey.jpg': [100, 100, 100],
    'b/moving.gif': [255, 0, 0],
    'b/moving.webp': [255, 0, 0],
  });
});

/** Left half red, right half blue, wider than high. */
async function halves(): Promise<Sharp> {
  const right = await plain('blue', 20, 20).png().toBuffer();
  return plain('red', 40, 20).composite([{ input: right, left: 20, top: 0 }]);
}

test('pictures stand upright by their EXIF orientation', async () => {
  await putSmallFolder();
  // Orientation 6: to be turned clockwise by a quarter, so that left comes to the top.
  await put('x/turned.jpg', (await halves()).withMetadata({ orientation: 6 }).jpeg({ quality: 100 }));
  const { outputs } = await run({ size: 8, resize: 'fill', test: 'x' });
  const { pixels } = await readImages(outputs.test);
  const at = (y: number, x: number): number[] =>
    [...pixels.subarray((y * 8 + x) * 3, (y * 8 + x) * 3 + 3)].map((one) => Math.round(one / 255));
  expect([at(0, 0), at(0, 7), at(7, 0), at(7, 7)]).toEqual([
    [1, 0, 0],
    [1, 0, 0],
    [0, 0, 1],
    [0, 0, 1],
  ]);
});

/** The colour of the first pixel of the only picture to be answered. */
async function firstPixel(params: object): Promise<number[]> {
  const { outputs } = await run({ size: 8, test: 'x', ...params });
  return [...(await readImages(outputs.test)).pixels.subarray(0, 3)];
}

test('the resize rule cuts, shows all with bars, or stretches', async () => {
  await putSmallFolder();
  const edge = await plain('lime', 10, 20).png().toBuffer();
  await put('x/wide.png', plain('red', 40, 20).composite([{ input: edge, left: 0, top: 0 }]));
  expect(await firstPixel({ resize: 'contain' })).toEqual([255, 255, 255]);
  expect(await firstPixel({ resize: 'contain', background: 'black' })).toEqual([0, 0, 0]);
  expect(await firstPixel({ resize: 'fill' })).toEqual([0, 255, 0]);
  expect((await firstPixel({ resize: 'cover' }))[0]).toBeGreaterThan(200);
});

test('broken pictures are listed and left out', async () => {
  await putSmallFolder();
  await put('fake.jpg', 'this is no picture');
  await put('empty.png', '');
  const whole = await (await halves()).resize(400).jpeg().toBuffer();
  await put('cut.jpg', whole.subarray(0, whole.length / 2));
  await put('drawing.png', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  await symlink('/nowhere', join(dir, 'pics/dangling.png'));
  await symlink('round.png', join(dir, 'pics/round.png'));
  const { outputs, logs, warnings } = await run();
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
  const reasons = {
    'cut.jpg': 'JPEG, but damaged or cut off',
    'dangling.png': 'a link to nothing',
    'drawing.png': 'no JPEG, PNG, WebP, GIF, TIFF by its content',
    'empty.png': 'an empty file',
    'fake.jpg': 'no JPEG, PNG, WebP, GIF, TIFF by its content',
    'round.png': 'a link that leads to itself',
  };
  const listed = Object.entries(reasons).map(([file, reason]) => ({ file, reason }));
  const names = listed.slice(0, 5).map(({ file, reason }) => `${file} (${reason})`);
  expect(warnings).toEqual([`6 pictures cannot be read and are left out: ${names.join(', ')} and 1 more, see the log`]);
  expect(logs.filter((line) => line.startsWith('left out '))).toHaveLength(6);
  const skipped: unknown = JSON.parse(await readFile(join(outputs.train, 'skipped.json'), 'utf8'));
  expect(skipped).toEqual(listed);
  expect(JSON.stringify(skipped)).not.toContain(dir);
});

test('pictures of other formats, and folders that are no class for want of one, are named', async () => {
  await putSmallFolder();
  await put('bird/IMG_1.HEIC', 'x');
  await put('bird/notes.txt', 'x');
  await put('cat/empty/notes.txt', 'x');
  const { warnings } = await run();
  expect(warnings).toEqual([
    '1 picture is left out, since only JPEG, PNG, WebP, GIF, TIFF are read: bird/IMG_1.HEIC; save them as one of these',
    '1 folder without a picture and so no class: bird',
  ]);
  await put('Labels.csv', 'file,label\ncat/1.png,a\ncat/2.png,a\ndog/1.png,b\ndog/2.png,b\n');
  const listed = await run();
  expect(listed.warnings).toHaveLength(1);
  expect((await readLabels(listed.outputs.labels)).classNames).toEqual(['a', 'b']);
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

test('the same pictures elsewhere are the same artifacts', async () => {
  await putSmallFolder();
  await put('fake.jpg', 'this is no picture');
  const here = await digests(await run());
  await symlink(join(dir, 'pics'), join(dir, 'elsewhere'));
  expect(await digests(await run({ path: 'elsewhere' }))).toEqual(here);
});

test.each<[string, () => Promise<void>, object, object]>([
  [
    'a folder that is not there',
    async () => {},
    {},
    { code: 'folder-missing', message: /the folder .*pics is not there; set `path`/ },
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
        /no picture \(JPEG, PNG, WebP, GIF, TIFF\) in .*pics, found only notes\.txt; put your pictures there, or set `path`/,
    },
  ],
  [
    'no label',
    async () => put('a.png', plain('red')),
    {},
    { code: 'no-labels', message: /no labelled picture in .*labels\.csv/ },
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
    'one label in a class',
    async () => {
      for (const name of ['a.png', 'cat/1.png', 'cat/2.png', 'dog/1.png']) await put(name, plain('red'));
    },
    {},
    {
      code: 'too-few-labels',
      message: /class 'dog' has 1 label \(dog\/1\.png\), at least 2 are needed; label more of its pictures/,
    },
  ],
  [
    'a label too few because of a broken picture',
    async () => {
      await putSmallFolder();
      await put('dog/2.png', 'broken');
    },
    {},
    {
      code: 'too-few-labels',
      message:
        /class 'dog' has 1 label left, since dog\/2\.png cannot be read; at least 2 are needed: put readable ones in their place/,
    },
  ],
  [
    'nothing to answer',
    async () => {
      for (const name of ['cat/1.png', 'cat/2.png', 'dog/1.png', 'dog/2.png']) await put(name, plain('red'));
    },
    {},
    { code: 'nothing-to-answer', message: /every picture in .* has a label/ },
  ],
  [
    'only broken pictures',
    async () => {
      for (const name of ['a.png', 'cat/1.png', 'cat/2.png', 'dog/1.png', 'dog/2.png']) await put(name, 'broken');
    },
    {},
    { code: 'no-readable-picture', message: /none of the 5 pictures in .* can be read; the first: a\.png \(no JPEG/ },
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
    'a label for a file that is no picture',
    async () => {
      await put('a.png', plain('red'));
      await put('b.txt', 'x');
      await put('labels.csv', 'file,label\na.png,cat\nb.txt,cat\n');
    },
    {},
    { code: 'label-without-file', line: 3, message: /'b\.txt' has a label, but is no picture by its name/ },
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
    { code: 'label-file-missing', message: /gone\.csv is not there/ },
  ],
])('%s is named', async (_, prepare, params, { message, ...rest }: { message?: RegExp }) => {
  await prepare();
  await expect(run(params)).rejects.toMatchObject({
    name: 'StageInputError',
    message: expect.stringMatching(message ?? /./),
    ...rest,
  });
});
