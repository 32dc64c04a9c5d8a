import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { readFiles, readLabels, readMetrics } from '@twoshot/artifact';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import {
  dir,
  filesOf,
  halves,
  pixelsOf,
  plain,
  put,
  putSmallFolder,
  run,
  small,
  useWorkspace,
} from './folder.fixture.js';

useWorkspace();

test('every format and every kind of image becomes square RGB', async () => {
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
  const result = await run({ size: 8, test: 'b' });
  const colours = await Promise.all(
    (await filesOf(result, 'test')).map(async (file) => [file, [...(await pixelsOf(result, file)).subarray(0, 3)]]),
  );
  expect(result.warnings).toEqual([]);
  expect(Object.fromEntries(colours)).toEqual({
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

test('images stand upright by their EXIF orientation', async () => {
  await putSmallFolder();
  // Orientation 6: to be turned clockwise by a quarter, so that left comes to the top.
  await put('x/turned.jpg', (await halves()).withMetadata({ orientation: 6 }).jpeg({ quality: 100 }));
  const pixels = await pixelsOf(await run({ size: 8, resize: 'fill', test: 'x' }), 'x/turned.jpg');
  const at = (y: number, x: number): number[] =>
    [...pixels.subarray((y * 8 + x) * 3, (y * 8 + x) * 3 + 3)].map((one) => Math.round(one / 255));
  expect([at(0, 0), at(0, 7), at(7, 0), at(7, 7)]).toEqual([
    [1, 0, 0],
    [1, 0, 0],
    [0, 0, 1],
    [0, 0, 1],
  ]);
});

/** The colour of the first pixel of the only image to predict. */
async function firstPixel(params: object): Promise<number[]> {
  const result = await run({ size: 8, test: 'x', ...params });
  const [name = ''] = await filesOf(result, 'test');
  return [...(await pixelsOf(result, name)).subarray(0, 3)];
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

test('broken images are listed and left out', async () => {
  await putSmallFolder();
  await put('fake.jpg', 'this is no image');
  await put('empty.png', '');
  const whole = await (await halves()).resize(400).jpeg().toBuffer();
  await put('cut.jpg', whole.subarray(0, whole.length / 2));
  await put('drawing.png', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  await symlink('/nowhere', join(dir, 'pics/dangling.png'));
  await symlink('round.png', join(dir, 'pics/round.png'));
  const result = await run();
  const { outputs, logs, warnings } = result;
  expect(await filesOf(result, 'train')).toEqual(small);
  const reasons = {
    'cut.jpg': 'JPEG, but damaged or truncated',
    'drawing.png': 'not JPEG, PNG, WebP, GIF, TIFF by its content',
    'empty.png': 'an empty file',
    'fake.jpg': 'not JPEG, PNG, WebP, GIF, TIFF by its content',
  };
  const listed = Object.entries(reasons).map(([file, reason]) => ({ file, reason }));
  const names = listed.map(({ file, reason }) => `${file} (${reason})`);
  expect(warnings).toEqual([
    '2 entries are left out: dangling.png (a broken link), round.png (a link that leads to itself)',
    `4 images cannot be read and are left out: ${names.join(', ')}`,
  ]);
  expect(logs.filter((line) => line.startsWith('left out '))).toHaveLength(6);
  const { leftOut } = await readFiles(outputs.files);
  expect(leftOut).toHaveLength(6);
  expect(leftOut).toEqual(expect.arrayContaining(listed));
  expect((await readMetrics(outputs.counts)).values).toEqual({
    files: 13,
    'read as images': 7,
    'read as labels': 0,
    'left out: not JPEG, PNG, WebP, GIF, TIFF by its content': 2,
    'left out: JPEG, but damaged or truncated': 1,
    'left out: a link that leads to itself': 1,
    'left out: a broken link': 1,
    'left out: an empty file': 1,
  });
});

test('images of other formats, and folders that are no class for want of one, are named', async () => {
  await putSmallFolder();
  await put('bird/IMG_1.HEIC', 'x');
  await put('bird/notes.txt', 'x');
  await put('cat/empty/notes.txt', 'x');
  const { warnings } = await run();
  expect(warnings).toEqual([
    '1 image is left out, since only JPEG, PNG, WebP, GIF, TIFF are read: bird/IMG_1.HEIC; save them as one of these',
    '1 folder without an image and so no class: bird',
  ]);
  await put('Labels.csv', 'file,label\ncat/1.png,a\ncat/2.png,a\ndog/1.png,b\ndog/2.png,b\n');
  const listed = await run();
  expect(listed.warnings).toHaveLength(1);
  expect((await readLabels(listed.outputs.labels)).classNames).toEqual(['a', 'b']);
});
