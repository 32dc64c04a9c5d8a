import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readLabels, readMetrics } from '@twoshot/artifact';
import { expect, test } from 'vitest';
import { dir, filesOf, labelled, plain, put, putSmallFolder, run, useWorkspace } from './folder.fixture.js';

useWorkspace();

let shade = 0;

/** Images of different content. */
async function putImages(...files: readonly string[]): Promise<void> {
  for (const file of files) await put(file, plain(`rgb(${(shade += 7) % 256}, 90, 30)`));
}

const refusal = async (params: object = {}): Promise<string> =>
  run(params).then(
    () => 'taken',
    (error: { name: string; code: string; message: string }) =>
      `${error.name} ${error.code}: ${error.message.replaceAll(join(dir, 'pics'), 'PICS')}`,
  );

const split = ['train', 'val', 'test'].flatMap((part) =>
  ['cat', 'dog'].flatMap((name) => [`${part}/${name}/1.png`, `${part}/${name}/2.png`]),
);

test('the parts of a split set are no classes, and the classes of one of them can be taken', async () => {
  await putImages(...split);
  expect(await refusal()).toBe(
    'StageInputError split-layout: PICS has test, train, val, which look like the parts of a split set and not like classes. Set `classes` to train to take the sub-folders of train for classes; the images in test and val then have no label and are answered. Or set `path` to PICS/train',
  );
  const result = await run({ classes: 'train' });
  expect((await labelled(result)).map(([file, name]) => `${file} ${name}`)).toEqual([
    'train/cat/1.png cat',
    'train/cat/2.png cat',
    'train/dog/1.png dog',
    'train/dog/2.png dog',
  ]);
  expect(await filesOf(result, 'test')).toEqual(split.filter((file) => !file.startsWith('train')).sort());
  expect(result.warnings).toEqual([]);
  expect(await refusal({ classes: 'trian' })).toMatch(/no-such-part: `classes` is 'trian': expected a sub-folder/);
});

test('classes in a part beside images without a label are seen', async () => {
  await putImages('train/cat/1.png', 'train/cat/2.png', 'train/dog/1.png', 'train/dog/2.png', 'test/1.png');
  expect(await refusal()).toContain('split-layout: PICS has test, train');
  await rm(join(dir, 'pics/test'), { recursive: true });
  await putImages('1.png');
  expect(await refusal()).toContain('folder-too-high: the only sub-folder of PICS is train');
  expect(await filesOf(await run({ classes: './train/' }), 'test')).toEqual(['1.png']);
});

test('parts of a split set without classes want labels', async () => {
  await putImages('train/1.png', 'train/2.png', 'test/1.png', 'test/2.png');
  expect(await refusal()).toContain('not like classes. List the labels in labels.csv (file,label), or put');
});

test('of a folder one level too high the right one is named', async () => {
  await putImages('inner/cat/1.png', 'inner/cat/2.png', 'inner/dog/1.png', 'inner/dog/2.png', 'inner/u.png');
  expect(await refusal()).toBe(
    'StageInputError folder-too-high: the only sub-folder of PICS is inner, whose own sub-folders look like the classes (cat, dog); did you mean PICS/inner? Set `path` to it',
  );
  expect(await filesOf(await run({ path: 'pics/inner' }), 'test')).toEqual(['u.png']);
});

test('classes that are probably none are named', async () => {
  await putSmallFolder();
  await putImages('rest/1.png', 'rest/2.png', '2024 holidays/05/1.png', '2024 holidays/05/2.png', 'xyz/0.png');
  for (let at = 1; at < 20; at++) await putImages(`xyz/${at}.png`);
  const next = 'if these have no label, put them directly into the folder or into a sub-folder `unlabelled`';
  expect((await run()).warnings).toEqual(
    expect.arrayContaining([
      `'rest' is a class of 2 images; ${next}`,
      `'2024 holidays' is a class of 2 images; ${next}`,
      `'xyz' is a class of 20 images; ${next}`,
    ]),
  );
});

test('a class whose name is no line of text is refused before anything is decoded', async () => {
  await putImages('cat/1.png', 'cat/2.png', 'dog\r/1.png', 'dog\r/2.png', 'u.png');
  expect(await refusal()).toBe(
    'StageInputError class-name: the class "dog\\r" has a carriage return in its name; rename it',
  );
  await rm(join(dir, 'pics/dog\r'), { recursive: true });
  await putImages('\u001B[31mred/1.png');
  expect(await refusal()).toContain('has the control character U+001B in its name');
});

test('classes that look alike, and one image under two labels, are named', async () => {
  await putImages('Cat/1.png', 'Cat/2.png', 'cat/1.png', 'cat/2.png', 'u.png', '1/1.png', '1/2.png', '01/1.png');
  await put('01/2.png', plain('white'));
  await put('1/same.png', plain('white'));
  expect((await run()).warnings).toEqual([
    '"01" and "1" are different classes; give them one name if they are one',
    '"Cat" and "cat" are different classes; give them one name if they are one',
    "1 image has more than one label: 01/2.png ('01') and 1/same.png ('1'); keep one file of each",
  ]);
});

test('where a CSV says the labels, sub-folders of the same names are none', async () => {
  await putSmallFolder();
  await put(
    'labels.csv',
    'file;label;confidence\ncat/1.png;cat;0.9\na.png;cat;0.8\ndog/1.png;dog;1\ndog/2.png;dog;1\n',
  );
  const { warnings, outputs } = await run();
  expect((await readLabels(outputs.labels)).classNames).toEqual(['cat', 'dog']);
  expect(warnings).toEqual([
    expect.stringMatching(/^labels\.csv has a column 'confidence', like predictions: all its labels are used as given/),
    '1 image lies in a sub-folder named like a class, but the CSV gives no label: cat/2.png',
  ]);
});

test('labels of a CSV are written in one way, whatever their spelling of Unicode is', async () => {
  await putImages('cafe\u0301.png', 'b.png', 'c.png', 'd.png', 'e.png');
  await put('labels.csv', 'file,label\ncaf\u00E9.png,caf\u00E9\nb.png,cafe\u0301\nc.png,NA\nd.png,NA\n');
  const { warnings, outputs } = await run();
  expect((await readLabels(outputs.labels)).classNames).toEqual(['NA', 'caf\u00E9']);
  expect(warnings).toEqual(["'NA' is a class of 2 images; if these have no label, leave their labels empty"]);
});

test.each([
  ['a', "did you mean 'a.png'?"],
  ["'a.png'", "did you mean 'a.png'?"],
  ['/elsewhere/pics/a.png', "did you mean 'a.png'?"],
  ['a.jpg', "did you mean 'a.png'?"],
  ['A.PNG', "did you mean 'a.png'?"],
])('for the file %s of a label file another one is offered', async (file, advice) => {
  await putSmallFolder();
  await put('labels.csv', `file,label\n${file},cat\n`);
  expect(await refusal()).toContain(advice);
});

test('a table that nobody has named as labels is offered', async () => {
  await putImages('a.png', 'b.png');
  await put('notes/labels.txt', 'file,label\na.png,cat\n');
  expect(await refusal()).toBe(
    'StageInputError no-labels: no labelled image in PICS: if notes/labels.txt has them, set `labels` to PICS/notes/labels.txt; or put a few of each class into a sub-folder of its name',
  );
});

test('labels come from several files, and a contradiction is told with both places', async () => {
  await putSmallFolder();
  const [a, b, c] = ['a.csv', 'b.csv', 'c.csv'].map((name) => join(dir, name));
  await writeFile(a!, 'file,label\ncat/1.png,cat\ndog/1.png,\n');
  await writeFile(b!, 'label;file\ndog;dog/1.png\ncat;cat/1.png\ncat;cat/2.png\n');
  await writeFile(c!, 'file,label\n\ncat/2.png,dog\n');
  await put('own.csv', 'file,label\na.png,dog\n');
  const result = await run({ labels: [a!, b!, join(dir, 'pics/own.csv')] });
  expect(await labelled(result)).toEqual([
    ['a.png', 'dog'],
    ['cat/1.png', 'cat'],
    ['cat/2.png', 'cat'],
    ['dog/1.png', 'dog'],
  ]);
  expect((await readMetrics(result.outputs.counts)).values['read as labels']).toBe(1);
  await expect(run({ labels: [a!, b!, c!] })).rejects.toMatchObject({
    code: 'label-twice',
    message: `'cat/2.png' has 'cat' in ${b}:4 and 'dog' in ${c}:3; keep one of the two lines`,
    file: c,
    line: 3,
  });
});
