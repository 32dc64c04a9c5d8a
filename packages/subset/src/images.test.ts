import { digestArtifact, type Images, readImages, rowsOf, streamImages, writeImages } from '@twoshot/artifact';
import { runStage } from '@twoshot/stage/testing';
import { expect, test } from 'vitest';
import images from './images.js';
import { subsetOf, temporaryArtifacts, trainRows } from './stored.fixture.js';

const stored = temporaryArtifacts();

/** One image per row, whose pixels encode its index. */
function imagesOf(index: readonly number[], side: number): Images {
  const shape = { set: 'train', count: index.length, height: side, width: side, channels: 3 };
  const bytes = side * side * 3;
  const pixels = new Uint8Array(index.length * bytes);
  for (const [row, one] of index.entries()) pixels.fill(one % 251, row * bytes, (row + 1) * bytes);
  return { ...shape, index: Uint32Array.from(index), pixels };
}

const even = Array.from({ length: 40 }, (_, row) => 2 * row);

test('images of the subset are in their original order; missing rows are counted', async () => {
  const all = await stored((dir) => writeImages(dir, imagesOf(even, 4)));
  const subset = await stored(subsetOf(trainRows(70, 6, 7, 22, 100)));
  const { outputs, logs, reads } = await runStage(images, { inputs: { images: all, subset } });
  expect(await readImages(outputs.images)).toEqual(imagesOf([6, 22, 70], 4));
  expect(logs).toEqual(["kept 3 of 40 rows: selected by hand; 2 of the subset's 5 rows are missing"]);
  expect(reads.provenance).toEqual([]);
  const whole = await stored((dir) => writeImages(dir, imagesOf([6, 22, 70], 4)));
  expect(await digestArtifact(outputs.images)).toBe(await digestArtifact(whole));
});

test('an image with several views in the subset is kept once, and no view counts as missing', async () => {
  const all = await stored((dir) => writeImages(dir, imagesOf(even, 4)));
  const subset = await stored(subsetOf({ ...trainRows(4, 4, 8, 9), view: Uint8Array.of(0, 1, 1, 0) }));
  const { outputs, logs } = await runStage(images, { inputs: { images: all, subset } });
  expect([...(await readImages(outputs.images)).index]).toEqual([4, 8]);
  expect(logs).toEqual(["kept 2 of 40 rows: selected by hand; 1 of the subset's 4 rows are missing"]);
});

test('batches without a selected image are skipped', async () => {
  // 256 x 256 x 3 bytes an image: 85 of them are a batch.
  const all = await stored((dir) =>
    writeImages(
      dir,
      imagesOf(
        Array.from({ length: 300 }, (_, row) => row),
        256,
      ),
    ),
  );
  let batches = 0;
  for await (const batch of streamImages(all)) batches += Number(batch.count > 0);
  expect(batches).toBeGreaterThan(3);
  const subset = await stored(subsetOf(trainRows(2, 299)));
  const { outputs, progress } = await runStage(images, { inputs: { images: all, subset } });
  const { index, pixels } = await readImages(outputs.images);
  expect([...index]).toEqual([2, 299]);
  expect(Buffer.compare(pixels, imagesOf([2, 299], 256).pixels)).toBe(0);
  expect(progress).toHaveLength(batches);
  expect(progress.at(-1)).toMatchObject({ step: 300, unit: 'images' });
});

test('a subset of another set, of other rows or of no rows is refused', async () => {
  const all = await stored((dir) => writeImages(dir, imagesOf(even, 4)));
  const run = async (subset: string) => runStage(images, { inputs: { images: all, subset } });
  await expect(run(await stored(subsetOf(rowsOf('test', Uint32Array.of(0, 2)))))).rejects.toThrow(
    'test.subset has 2 rows of test, and none of them is among the 40 rows of train of test.images. Wire a subset of the same rows.',
  );
  await expect(run(await stored(subsetOf(trainRows(1, 3))))).rejects.toThrow(
    'test.subset has 2 rows of train, and none',
  );
  await expect(run(await stored(subsetOf(trainRows())))).rejects.toThrow('test.subset has 0 rows');
  const empty = await stored((dir) => writeImages(dir, imagesOf([], 4)));
  const subset = await stored(subsetOf(trainRows(1)));
  await expect(runStage(images, { inputs: { images: empty, subset } })).rejects.toMatchObject({
    code: 'none-in-the-subset',
  });
});
