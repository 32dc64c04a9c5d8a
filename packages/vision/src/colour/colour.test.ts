import { expect, test } from 'vitest';
import { testBytes, testImages } from '../images.fixture.js';
import {
  autocontrast,
  brightness,
  colourJitter,
  colourMatrix,
  contrast,
  equalize,
  greyscale,
  hue,
  invert,
  normalise,
  posterize,
  rgbToGray,
  rgbToHsv,
  rgbToLab,
  saturation,
  solarize,
} from '../index.js';

const images = testImages();
/** Largest difference of two lists; infinite where their lengths differ. */
const difference = (first: ArrayLike<number>, second: ArrayLike<number>) =>
  first.length === second.length
    ? Array.from(first).reduce((worst, value, at) => Math.max(worst, Math.abs(value - second[at]!)), 0)
    : Infinity;
const pixel = (...data: number[]) => ({ count: 1, height: 1, width: 1, channels: 3, data: Float32Array.from(data) });

test('the neutral strength of every colour change gives the image back', () => {
  expect(difference(brightness(images, 1).data, images.data)).toBeLessThan(1e-5);
  expect(difference(contrast(images, 1).data, images.data)).toBeLessThan(1e-5);
  expect(difference(saturation(images, 1).data, images.data)).toBeLessThan(1e-5);
  expect(difference(hue(images, 0).data, images.data)).toBeLessThan(1e-5);
  expect(difference(hue(images, 1).data, images.data)).toBeLessThan(1e-5);
  const neutral = { brightness: 1, contrast: 1, saturation: 1, hue: 0 };
  expect(difference(colourMatrix(images, neutral).data, images.data)).toBeLessThan(1e-4);
  expect(
    difference(colourJitter(images, neutral, ['hue', 'contrast', 'saturation', 'brightness']).data, images.data),
  ).toBeLessThan(1e-5);
});

test('strength 0 is black, the mean grey, or grey', () => {
  expect(Math.max(...brightness(images, 0).data)).toBe(0);
  const first = contrast(images, 0).data.subarray(0, 9 * 7 * 3);
  expect(Math.max(...first) - Math.min(...first)).toBeCloseTo(0, 6);
  expect(difference(saturation(images, 0).data, greyscale(images).data)).toBeLessThan(1e-5);
});

test('hue turns red to green to blue, and opposite turns cancel', () => {
  expect(difference(hue(pixel(0.8, 0.2, 0.2), 1 / 3).data, [0.2, 0.8, 0.2])).toBeLessThan(1e-5);
  expect(difference(hue(pixel(0.8, 0.2, 0.2), -1 / 3).data, [0.2, 0.2, 0.8])).toBeLessThan(1e-5);
  expect(difference(hue(hue(images, 0.37), -0.37).data, images.data)).toBeLessThan(1e-5);
});

test('the colour matrix equals the exact steps where nothing is clamped and the hue stays', () => {
  const muted = { ...images, data: images.data.map((value) => 0.4 + 0.2 * value) };
  const change = { brightness: 1.1, contrast: 0.8, saturation: 1.2, hue: 0 };
  expect(
    difference(
      colourMatrix(muted, change).data,
      colourJitter(muted, change, ['brightness', 'contrast', 'saturation']).data,
    ),
  ).toBeLessThan(1e-3);
});

test('the hue of the colour matrix keeps the luma and comes back after a full turn', () => {
  const muted = { ...images, data: images.data.map((value) => 0.4 + 0.2 * value) };
  const turned = colourMatrix(muted, { brightness: 1, contrast: 1, saturation: 1, hue: 0.3 });
  expect(difference(rgbToGray(turned).data, rgbToGray(muted).data)).toBeLessThan(1e-3);
  expect(
    difference(colourMatrix(turned, { brightness: 1, contrast: 1, saturation: 1, hue: 0.7 }).data, muted.data),
  ).toBeLessThan(1e-3);
});

test('channels beyond RGB keep their values under colour changes', () => {
  const five = testImages({ channels: 5 });
  for (const changed of [brightness(five, 0.3), contrast(five, 0.3), solarize(five, 0.2), autocontrast(five)]) {
    expect(changed.data[0]).not.toBe(five.data[0]);
    for (let at = 0; at < five.data.length; at += 5)
      expect([...changed.data.subarray(at + 3, at + 5)]).toEqual([...five.data.subarray(at + 3, at + 5)]);
  }
});

test('inverting twice gives the image back, and solarising at 0 inverts', () => {
  expect(difference(invert(invert(images)).data, images.data)).toBeLessThan(1e-5);
  expect(difference(solarize(images, 0).data, invert(images).data)).toBeLessThan(1e-5);
});

test('autocontrast fills the range and leaves a constant channel alone', () => {
  const stretched = autocontrast(images).data.subarray(0, 9 * 7 * 3);
  expect(Math.min(...stretched)).toBe(0);
  expect(Math.max(...stretched)).toBe(1);
  const flat = { ...images, data: images.data.map(() => 0.3) };
  expect([...autocontrast(flat).data]).toEqual([...flat.data]);
});

test('posterising keeps the high bits and is idempotent', () => {
  const bytes = testBytes();
  const few = posterize(bytes, 2);
  expect(new Set(few.data)).toEqual(new Set([0, 64, 128, 192]));
  expect([...posterize(few, 2).data]).toEqual([...few.data]);
  expect([...posterize(bytes, 8).data]).toEqual([...bytes.data]);
});

test('equalising keeps the order of the levels', () => {
  const bytes = testBytes({ height: 24, width: 24, channels: 1, count: 1 });
  const even = equalize(bytes).data;
  const order = [...bytes.data.keys()].sort((a, b) => bytes.data[a]! - bytes.data[b]!);
  for (let at = 1; at < order.length; at++) expect(even[order[at]!]).toBeGreaterThanOrEqual(even[order[at - 1]!]!);
});

test('normalising takes one value for all channels or one for each, and refuses another number', () => {
  expect(
    difference(normalise(images, [0.5], [0.5]).data, normalise(images, [0.5, 0.5, 0.5], [0.5, 0.5, 0.5]).data),
  ).toBeLessThan(1e-5);
  expect(() => normalise(images, [0.1, 0.2], [1, 1])).toThrow('expected 1 or 3 values, found 2');
});

test('colour spaces know the primaries', () => {
  expect(difference(rgbToHsv(pixel(0, 1, 0)).data, [1 / 3, 1, 1])).toBeLessThan(1e-5);
  expect(difference(rgbToHsv(pixel(0.4, 0.4, 0.4)).data, [0, 0, 0.4])).toBeLessThan(1e-5);
  expect(difference(rgbToLab(pixel(1, 1, 1)).data, [100, 0, 0])).toBeLessThan(0.1);
  expect(difference(rgbToLab(pixel(1, 0, 0)).data, [53.24, 80.09, 67.2])).toBeLessThan(0.1);
});

test('an image that is not RGB is refused', () => {
  expect(() => hue(testImages({ channels: 1 }), 0.1)).toThrow('expected 3 channels, found 1');
});
