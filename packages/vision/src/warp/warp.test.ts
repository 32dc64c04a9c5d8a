import { expect, test } from 'vitest';
import { testImages } from '../images.fixture.js';
import {
  affineWarp,
  horizontalFlip,
  quarterRotation,
  reflectPadCrop,
  resizedCrop,
  rotate,
  shearX,
  shearY,
  translate,
} from '../index.js';

const images = testImages();
const square = testImages({ height: 8, width: 8 });

test('flipping twice and turning four times give the image back', () => {
  expect([...horizontalFlip(horizontalFlip(images)).data]).toEqual([...images.data]);
  let turned = images;
  for (let turn = 0; turn < 4; turn++) turned = quarterRotation(turned, 1);
  expect(turned).toEqual(images);
  expect(quarterRotation(images, -1)).toEqual(quarterRotation(images, 3));
  expect(quarterRotation(quarterRotation(images, 1), 1)).toEqual(quarterRotation(images, 2));
});

test('a quarter rotation goes counter-clockwise', () => {
  const row = { count: 1, height: 1, width: 3, channels: 1, data: Float32Array.of(1, 2, 3) };
  expect(quarterRotation(row, 1)).toEqual({
    count: 1,
    height: 3,
    width: 1,
    channels: 1,
    data: Float32Array.of(3, 2, 1),
  });
});

test('rotating by 90 degrees is a quarter rotation, by either interpolation', () => {
  const quarter = quarterRotation(square, 1).data;
  for (const interpolation of ['bilinear', 'nearest'] as const) {
    const turned = rotate(square, 90, { interpolation }).data;
    for (let at = 0; at < quarter.length; at++) expect(turned[at]).toBeCloseTo(quarter[at]!, 5);
  }
});

test('a map that changes nothing gives the image back', () => {
  expect(affineWarp(images, [1, 0, 0, 0, 1, 0])).toEqual(images);
  expect([...shearX(images, 0).data]).toEqual([...images.data]);
  expect([...shearY(images, 0, { interpolation: 'nearest' }).data]).toEqual([...images.data]);
  expect(translate(images, {})).toEqual(images);
});

test('shears of the two axes are each other by transposition', () => {
  const transposed = quarterRotation(horizontalFlip(square), 1);
  const sheared = shearY(transposed, 0.3, { fill: 0.2 });
  const back = horizontalFlip(quarterRotation(sheared, -1)).data;
  const other = shearX(square, 0.3, { fill: 0.2 }).data;
  for (let at = 0; at < back.length; at++) expect(back[at]).toBeCloseTo(other[at]!, 5);
});

test('what lies outside is filled, a whole image away everything', () => {
  expect(new Set(translate(images, { right: 7, fill: 0.5 }).data)).toEqual(new Set([0.5]));
  expect(affineWarp(images, [1, 0, 0.5, 0, 1, 0], { fill: 0.25 }).data[6 * 3]).toBeCloseTo(
    0.5 * images.data[6 * 3]! + 0.125,
    6,
  );
});

test('a padded crop at the padding is the image, elsewhere it is a shift', () => {
  expect(reflectPadCrop(images, { padding: 3, top: 3, left: 3 })).toEqual(images);
  const shifted = reflectPadCrop(images, { padding: 2, top: 2, left: 0 }).data;
  expect([...shifted.subarray(2 * 3, 7 * 3)]).toEqual([...images.data.subarray(0, 5 * 3)]);
  expect([...shifted.subarray(3, 6)]).toEqual([...images.data.subarray(3, 6)]);
});

test('a crop of the whole image to its own size changes nothing, a box outside is refused', () => {
  const whole = { top: 0, left: 0, height: 9, width: 7 };
  expect(resizedCrop(images, whole, [9, 7])).toEqual(images);
  expect(() => resizedCrop(images, { ...whole, left: 1 }, [9, 7])).toThrow('leaves the image of 9 x 7');
  expect(() => resizedCrop(images, { ...whole, height: 0 }, [9, 7])).toThrow('sides of at least 1');
});

test('a resized crop never reads outside its box', () => {
  const marked = { ...images, data: images.data.map((_, at) => (Math.floor(at / 3) % 7 < 3 ? 1 : 0)) };
  expect(Math.min(...resizedCrop(marked, { top: 0, left: 0, height: 9, width: 3 }, [11, 13]).data)).toBe(1);
});
