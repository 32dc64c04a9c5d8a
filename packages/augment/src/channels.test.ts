import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Images, readImages, writeImages } from '@twoshot/artifact';
import { runStage } from '@twoshot/stage/testing';
import { afterAll, expect, test } from 'vitest';
import channels from './channels.js';

const folder = mkdtempSync(join(tmpdir(), 'twoshot-channels-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A bright square on dark ground, and the opposite. */
function squares(count: number, channelCount = 3): Images {
  const side = 12;
  const pixels = new Uint8Array(count * side * side * channelCount);
  for (let image = 0; image < count; image++)
    for (let pixel = 0; pixel < side * side; pixel++) {
      const [row, column] = [Math.floor(pixel / side), pixel % side];
      const inside = row >= 3 && row < 8 && column >= 4 && column < 9;
      const value = inside === (image % 2 === 0) ? 220 : 30;
      pixels.fill(
        value,
        (image * side * side + pixel) * channelCount,
        (image * side * side + pixel + 1) * channelCount,
      );
    }
  const index = Uint32Array.from({ length: count }, (_, row) => 2 * row);
  return { set: 'val', count, height: side, width: side, channels: channelCount, index, pixels };
}

async function extended(images: Images, params = {}): Promise<Images> {
  const path = mkdtempSync(join(folder, 'images-'));
  await writeImages(path, images);
  return readImages((await runStage(channels, { inputs: { images: path }, params })).outputs.images);
}

const at = (images: Images, image: number, row: number, column: number): number[] => {
  const start = ((image * 12 + row) * 12 + column) * 5;
  return [...images.pixels.subarray(start, start + 5)];
};

test('images keep their colours and indices and gain edges and a mask', async () => {
  const images = squares(4);
  const result = await extended(images);
  expect(result).toMatchObject({ set: 'val', count: 4, height: 12, width: 12, channels: 5 });
  expect(result.index).toEqual(images.index);
  expect(at(result, 0, 5, 6)).toEqual([220, 220, 220, 0, 255]);
  expect(at(result, 0, 0, 0)).toEqual([30, 30, 30, 0, 0]);
  expect(at(result, 0, 5, 4)[3]).toBeGreaterThan(150);
});

test('the mask is the square whether it is bright or dark, unless the polarity is given', async () => {
  const result = await extended(squares(2));
  expect(at(result, 1, 5, 6)[4]).toBe(255);
  expect(at(result, 1, 0, 0)[4]).toBe(0);
  const bright = await extended(squares(2), { polarity: 'bright' });
  expect(at(bright, 1, 0, 0)[4]).toBe(255);
});

test('an empty set stays an empty set with five channels', async () => {
  expect(await extended(squares(0))).toMatchObject({ count: 0, channels: 5 });
});

test('images that are not RGB are refused', async () => {
  await expect(extended(squares(1, 1))).rejects.toThrow('expected images of 3 channels (RGB), found 1');
});
