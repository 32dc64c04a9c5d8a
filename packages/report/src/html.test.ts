import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Files, rowsOf, writeFiles, writeImages, writeLabels, writePredictions } from '@twoshot/artifact';
import { runStage } from '@twoshot/stage/testing';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { temporaryFolder as folder } from './labels.fixture.js';
import page from './html.js';

/** The page about labelled images of one size; predictions where `none` has the probability that an image is of no class. */
async function pageOf(
  count: number,
  side: number,
  files: Pick<Files, 'file'> | null = null,
  none: readonly number[] | null = null,
): Promise<string> {
  const [images, labels, names] = [await folder(), await folder(), await folder()];
  const index = Uint32Array.from({ length: count }, (_, row) => row);
  const rows = rowsOf('train', index);
  const pixels = new Uint8Array(count * side * side).fill(99);
  await writeImages(images, { set: 'train', count, height: side, width: side, channels: 1, index, pixels });
  await writeLabels(labels, {
    rows,
    classNames: ['cat'],
    label: new Int32Array(count),
    weight: new Float32Array(count).fill(1),
    source: 'given',
    origin: { split: 0, draw: 0 },
  });
  if (files !== null) await writeFiles(names, { rows, ...files, leftOut: [] });
  const predictions = none === null ? null : await folder();
  if (predictions !== null && none !== null)
    await writePredictions(predictions, {
      rows,
      classNames: ['cat'],
      scale: 'probabilities',
      values: new Float32Array(count).fill(1),
      none: { probability: Float32Array.from(none), threshold: 0.5 },
    });
  const doubted = await folder();
  await writeLabels(doubted, {
    rows: rowsOf('train', Uint32Array.of(0)),
    classNames: ['cat', 'dog'],
    label: Int32Array.of(1),
    weight: Float32Array.of(0.875),
    source: 'pseudo',
    origin: null,
  });
  const { outputs } = await runStage(page, {
    inputs: {
      images,
      labels,
      predictions,
      doubted: count === 2 ? doubted : null,
      files: files === null ? null : names,
    },
  });
  return readFile(join(outputs.html, 'report.html'), 'utf8');
}

const sheetsIn = (text: string): Promise<{ width?: number; height?: number }[]> =>
  Promise.all(
    [...text.matchAll(/data:image\/png;base64,([^)]+)\)/g)].map(([, data]) =>
      sharp(Buffer.from(data!, 'base64')).metadata(),
    ),
  );

test('own images are shown with the path of their file, to be read and copied', async () => {
  const text = await pageOf(2, 8, { file: ['cat/a & b.png', '2024/x.png'] });
  expect(text).toContain('<bdi class="file">cat/a &amp; b.png</bdi>');
  expect(text).toContain('title="cat: 2024/x.png"');
  expect(await pageOf(1, 8)).toContain('title="cat: train 0"');
  expect(text).toContain('title="cat, looks like dog (87.5 %): cat/a &amp; b.png"');
});

test('large images are shown as thumbnails', async () => {
  const [sheet] = await sheetsIn(await pageOf(3, 1024));
  expect(sheet).toMatchObject({ width: 3 * 128, height: 128 });
});

test('many images are shown on several sheets, each small enough to be drawn', async () => {
  const text = await pageOf(2100, 64);
  const sheets = await sheetsIn(text);
  expect(sheets.map(({ width, height }) => [width, height])).toEqual([
    [40 * 64, 50 * 64],
    [40 * 64, 3 * 64],
  ]);
  expect(text.split('<figure')).toHaveLength(2101);
});

test('images of none of the classes are listed by themselves', async () => {
  const text = await pageOf(3, 8, { file: ['a.png', 'b.png', 'c.png'] }, [0.25, 0.75, 0.875]);
  expect(text).toContain('2 of 3 images look like none of the classes');
  expect([...text.matchAll(/title="none of these \([^"]+"/g)].map(([title]) => title)).toEqual([
    'title="none of these (87.5 %): c.png"',
    'title="none of these (75 %): b.png"',
  ]);
  expect(text).toContain('title="cat (75 %): a.png"');
  expect(await pageOf(1, 8, null, [0.25])).not.toContain('none of the classes');
});
