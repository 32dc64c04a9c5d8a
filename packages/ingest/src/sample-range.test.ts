import sharp from 'sharp';
import { expect, test } from 'vitest';
import { halves, pixelsOf, put, putSmallFolder, run, useWorkspace } from './folder.fixture.js';
import { tiffOf } from './tiff.fixture.js';

useWorkspace();

/** A ramp of eight columns from 0 to 1, in rows of equal values. */
const ramp = Float32Array.from({ length: 64 }, (_, at) => (at % 8) / 7);

const scaled = (top: number): number[] => Array.from(ramp, (value) => Math.round(value * top));

test('black and white are what the file says, whatever its numbers are', async () => {
  await putSmallFolder();
  const sources: Readonly<Record<string, Uint8Array>> = {
    'float_0_1.tif': tiffOf(8, ramp),
    'float_0_255.tif': tiffOf(
      8,
      ramp.map((value) => value * 255),
    ),
    'float_below_0.tif': tiffOf(
      8,
      ramp.map((value) => 3 * value - 1.5),
    ),
    'float_rgb.tif': tiffOf(
      8,
      Float32Array.from({ length: 192 }, (_, at) => ramp[Math.floor(at / 3)]!),
      3,
    ),
    'int32.tif': tiffOf(8, Int32Array.from(scaled(65_535))),
    'int32_large.tif': tiffOf(8, Int32Array.from(scaled(2 ** 30))),
    '12_bits.tif': tiffOf(8, Uint16Array.from(scaled(4095))),
    '16_bits.tif': tiffOf(8, Uint16Array.from(scaled(65_535))),
    '12_bits.png': await sharp(Uint16Array.from(scaled(4095)), { raw: { width: 8, height: 8, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer(),
  };
  for (const [name, content] of Object.entries(sources)) await put(`u/${name}`, content);
  const result = await run({ size: 8, test: 'u' });
  const expected = scaled(255).flatMap((value) => [value, value, value]);
  for (const name of Object.keys(sources)) {
    const pixels = await pixelsOf(result, `u/${name}`);
    const most = Math.max(...pixels.map((value, at) => Math.abs(value - expected[at]!)));
    expect(`${name} differs by ${most <= 1 ? 'at most 1' : most}`).toBe(`${name} differs by at most 1`);
  }
  expect(result.warnings).toEqual([
    expect.stringMatching(/^the numbers of 8 images are not bytes, so black and white follow from their content: /),
  ]);
});

test('bars are laid on images of any numbers', async () => {
  await putSmallFolder();
  await put('u.tif', tiffOf(8, Int32Array.from(scaled(65_535)).subarray(0, 32)));
  const result = await run({ size: 8, resize: 'contain' });
  const pixels = await pixelsOf(result, 'u.tif');
  expect([...pixels.subarray(0, 3)]).toEqual([255, 255, 255]);
  expect([...pixels.subarray(3 * 8 * 4, 3 * 8 * 4 + 3)]).toEqual([0, 0, 0]);
});

test('a JPEG that lacks its end marker alone is read, and one that lacks more is not', async () => {
  await putSmallFolder();
  const jpeg = await (await halves()).resize(300).jpeg({ quality: 95 }).toBuffer();
  await put('whole.jpg', jpeg);
  await put('marker.jpg', jpeg.subarray(0, -2));
  await put('more.jpg', jpeg.subarray(0, -12));
  const result = await run({ size: 16 });
  expect(await pixelsOf(result, 'marker.jpg')).toEqual(await pixelsOf(result, 'whole.jpg'));
  expect(result.warnings).toEqual([
    '1 image cannot be read and is left out: more.jpg (JPEG, but damaged or truncated)',
    '1 JPEG lacks its end marker and is read: marker.jpg',
  ]);
});
