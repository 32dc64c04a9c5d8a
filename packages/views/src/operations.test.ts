import * as vision from '@twoshot/vision';
import type { ImageBatch } from '@twoshot/vision';
import { expect, test } from 'vitest';
import { policyOf, testImages } from './images.fixture.js';
import { createViews, type Operation, type Policy } from './index.js';

const images = testImages();
const batch: ImageBatch = { ...images, data: Float32Array.from(images.pixels, (value) => value / 255) };

async function viewsUnder(operations: readonly Operation[], more: Partial<Policy> = {}, of = images) {
  const source = createViews(policyOf(operations, more), of, { views: 1, seed: 5, threads: 0 });
  return source.batch(
    0,
    Uint32Array.from({ length: of.count }, (_, row) => row),
  );
}

function difference(first: ArrayLike<number>, second: ArrayLike<number>): number {
  return first.length === second.length
    ? Array.from(first).reduce((worst, value, at) => Math.max(worst, Math.abs(value - second[at]!)), 0)
    : Infinity;
}

const fixed = (value: number) => [value, value] as const;
const change = { brightness: 1.2, contrast: 0.7, saturation: 1.3, hue: 0.1 };
const ranges = { brightness: fixed(1.2), contrast: fixed(0.7), saturation: fixed(1.3), hue: fixed(0.1) };

test.each<[Operation, ImageBatch]>([
  [{ op: 'identity' }, batch],
  [{ op: 'horizontal-flip' }, vision.horizontalFlip(batch)],
  [{ op: 'affine', degrees: fixed(-30) }, vision.rotate(batch, 30)],
  [{ op: 'affine', translateX: fixed(0.25) }, vision.translate(batch, { right: 3 })],
  [{ op: 'affine', translateY: fixed(-1 / 6) }, vision.translate(batch, { down: -2 })],
  [{ op: 'brightness', factor: fixed(0.6) }, vision.brightness(batch, 0.6)],
  [{ op: 'contrast', factor: fixed(1.4) }, vision.contrast(batch, 1.4)],
  [{ op: 'saturation', factor: fixed(0.2) }, vision.saturation(batch, 0.2)],
  [{ op: 'sharpness', factor: fixed(1.8) }, vision.sharpness(batch, 1.8)],
  [{ op: 'solarize', threshold: fixed(0.4) }, vision.solarize(batch, 0.4)],
  [{ op: 'autocontrast' }, vision.autocontrast(batch)],
  [{ op: 'greyscale' }, vision.greyscale(batch)],
  [{ op: 'blur', sigma: fixed(1) }, vision.gaussianBlur(batch, { kernelSize: 5, sigma: 1 })],
  [{ op: 'colour-matrix', ...ranges }, vision.colourMatrix(batch, change)],
])('%o is the operation of vision', async (operation, expected) => {
  expect(difference(await viewsUnder([operation]), expected.data)).toBeLessThan(2e-5);
});

test('posterising and equalising are the operations of vision on bytes', async () => {
  const bytes = { ...images, data: images.pixels };
  const few = vision.posterize(bytes, 3).data.map((value) => value);
  expect(
    difference(
      (await viewsUnder([{ op: 'posterize', bits: fixed(3) }])).map((value) => value * 255),
      few,
    ),
  ).toBeLessThan(1e-3);
  const even = vision.equalize(bytes).data;
  expect(
    difference(
      (await viewsUnder([{ op: 'equalize' }])).map((value) => value * 255),
      even,
    ),
  ).toBeLessThan(1e-3);
});

test('colour jitter is the exact steps in one of their orders', async () => {
  const one = testImages({ count: 1 });
  const image: ImageBatch = { ...one, data: Float32Array.from(one.pixels, (value) => value / 255) };
  const view = await viewsUnder([{ op: 'colour-jitter', ...ranges }], {}, one);
  const orders = permutations(['brightness', 'contrast', 'saturation', 'hue'] as const);
  expect(orders.length).toBe(24);
  const nearest = Math.min(...orders.map((order) => difference(view, vision.colourJitter(image, change, order).data)));
  expect(nearest).toBeLessThan(2e-5);
});

function permutations<T>(values: readonly T[]): T[][] {
  if (values.length === 0) return [[]];
  const orders: T[][] = [];
  for (const [at, value] of values.entries())
    for (const rest of permutations(values.toSpliced(at, 1))) orders.push([value, ...rest]);
  return orders;
}

test('a crop to a size is one of the resized crops of vision', async () => {
  const one = testImages({ count: 1, side: 6 });
  const image: ImageBatch = { ...one, data: Float32Array.from(one.pixels, (value) => value / 255) };
  const view = await viewsUnder([{ op: 'resized-crop', area: [0.2, 0.9], ratio: [0.5, 2] }], { size: 8 }, one);
  const boxes = [];
  for (let height = 1; height <= 6; height++)
    for (let width = 1; width <= 6; width++)
      for (let top = 0; top + height <= 6; top++)
        for (let left = 0; left + width <= 6; left++) boxes.push({ top, left, height, width });
  const near = boxes.filter((box) => difference(view, vision.resizedCrop(image, box, [8, 8]).data) < 1e-5);
  expect(near.length).toBe(1);
});

test('a padded crop with a reflected border is one of those of vision', async () => {
  const views = await viewsUnder([{ op: 'pad-crop', padding: 2 }], { border: 'reflect' });
  const found = new Set<number>();
  for (let top = 0; top <= 4; top++)
    for (let left = 0; left <= 4; left++) {
      const expected = vision.reflectPadCrop(batch, { padding: 2, top, left }).data;
      for (let row = 0; row < images.count; row++) {
        const [from, to] = [row * 432, (row + 1) * 432];
        if (difference(views.subarray(from, to), expected.subarray(from, to)) < 1e-5) found.add(row);
      }
    }
  expect(found).toEqual(new Set([0, 1, 2, 3, 4, 5]));
});

test('geometry composes: a flip before or after a turn, a warp of no strength, a scale and its inverse', async () => {
  const turn: Operation = { op: 'affine', degrees: fixed(20) };
  const back: Operation = { op: 'affine', degrees: fixed(-20) };
  const flip: Operation = { op: 'horizontal-flip' };
  expect(difference(await viewsUnder([turn, flip]), await viewsUnder([flip, back]))).toBeLessThan(1e-5);
  expect(difference(await viewsUnder([turn, back]), batch.data)).toBeLessThan(1e-5);
  expect(difference(await viewsUnder([{ op: 'elastic', strength: [0, 0], nodes: 3 }]), batch.data)).toBeLessThan(1e-5);
  const scales: Operation[] = [
    { op: 'affine', scale: fixed(0.5) },
    { op: 'affine', scale: fixed(2) },
  ];
  expect(difference(await viewsUnder(scales), batch.data)).toBeLessThan(1e-5);
});

test('all operations of geometry are one resampling, whatever lies between them', async () => {
  const grey: Operation = { op: 'greyscale' };
  const turn: Operation = { op: 'affine', degrees: fixed(20) };
  expect(await viewsUnder([turn, grey])).toEqual(await viewsUnder([grey, turn]));
});

test('the elastic warp moves pixels by at most its strength, smoothly', async () => {
  const ramp = { ...images, pixels: images.pixels.map((_, at) => 20 * (Math.floor(at / 3) % 12)) };
  const views = await viewsUnder([{ op: 'elastic', strength: fixed(1), nodes: 3 }], { border: 'edge' }, ramp);
  const plain = await viewsUnder([], {}, ramp);
  const moved = difference(views, plain);
  expect(moved).toBeGreaterThan(0.05 * (20 / 255));
  expect(moved).toBeLessThanOrEqual(20 / 255 + 1e-6);
});

test('strokes grow or shrink to the 3x3 extremes of vision', async () => {
  const bytes = { ...images, data: images.pixels };
  const thick = (await viewsUnder([{ op: 'stroke', strength: fixed(1) }])).map((value) => value * 255);
  const thin = (await viewsUnder([{ op: 'stroke', strength: fixed(-1) }])).map((value) => value * 255);
  expect(difference(thick, vision.morphology(bytes, 'dilate').data)).toBeLessThan(1e-3);
  expect(difference(thin, vision.morphology(bytes, 'erode').data)).toBeLessThan(1e-3);
});

test('erasing and cutting out touch a box and nothing else', async () => {
  const erased = await viewsUnder([{ op: 'erase', area: fixed(0.25), ratio: fixed(1), fill: 2 }]);
  for (let row = 0; row < images.count; row++)
    expect(erased.subarray(row * 432, (row + 1) * 432).filter((value) => value === 2).length).toBe(36 * 3);
  expect(
    difference(
      erased.filter((value) => value !== 2),
      batch.data.filter((_, at) => erased[at] !== 2),
    ),
  ).toBeLessThan(1e-6);
  const cut = await viewsUnder([{ op: 'cutout', side: fixed(0.5), fill: 2 }]);
  const share = cut.filter((value) => value === 2).length / cut.length;
  expect(share).toBeGreaterThan(0);
  expect(share).toBeLessThanOrEqual(0.25);
});

test('the border of a policy is what lies outside', async () => {
  const away: Operation = { op: 'affine', translateX: fixed(1) };
  expect(new Set(await viewsUnder([away], { border: 0.5 }))).toEqual(new Set([0.5]));
  const edge = await viewsUnder([away], { border: 'edge' });
  expect([...edge.subarray(0, 3)]).toEqual([...batch.data.subarray(0, 3)]);
  expect([...edge.subarray(33, 36)]).toEqual([...batch.data.subarray(0, 3)]);
  const mirrored = await viewsUnder([{ op: 'affine', translateX: fixed(-0.5) }], { border: 'reflect' });
  expect(mirrored[6 * 3]).toBeCloseTo(batch.data[10 * 3]!, 5);
});

test('normalisation comes last, per channel or one for all', async () => {
  const plain = await viewsUnder([]);
  const each = await viewsUnder([], { normalise: { mean: [0.1, 0.2, 0.3], std: [0.5, 1, 2] } });
  expect(each[1]).toBeCloseTo(plain[1]! - 0.2, 6);
  expect(each[2]).toBeCloseTo((plain[2]! - 0.3) / 2, 6);
  const one = await viewsUnder([], { normalise: { mean: [0.5], std: [0.25] } });
  expect(one[4]).toBeCloseTo((plain[4]! - 0.5) * 4, 6);
});

test('random choices differ for every view, and probabilities hold', async () => {
  const many = testImages({ count: 600, side: 4 });
  const views = await viewsUnder(
    [{ op: 'random-choice', count: 1, choices: [{ op: 'identity' }, { op: 'brightness', factor: [0, 0] }] }],
    { size: 4 },
    many,
  );
  let dark = 0;
  for (let row = 0; row < 600; row++) if (Math.max(...views.subarray(row * 48, (row + 1) * 48)) === 0) dark++;
  expect(dark).toBeGreaterThan(240);
  expect(dark).toBeLessThan(360);
  const rarely = await viewsUnder([{ op: 'brightness', factor: [0, 0], probability: 0.1 }], { size: 4 }, many);
  let rare = 0;
  for (let row = 0; row < 600; row++) if (Math.max(...rarely.subarray(row * 48, (row + 1) * 48)) === 0) rare++;
  expect(rare).toBeGreaterThan(30);
  expect(rare).toBeLessThan(95);
});

test('grey images and images with further channels go through every colour operation', async () => {
  const operations: Operation[] = [
    { op: 'colour-matrix', ...ranges },
    { op: 'colour-jitter', ...ranges },
    { op: 'greyscale' },
    { op: 'saturation', factor: fixed(0.4) },
  ];
  const grey = testImages({ channels: 1 });
  expect(
    difference(
      await viewsUnder(operations, {}, grey),
      Float32Array.from(grey.pixels, (value) => value / 255),
    ),
  ).toBeLessThan(1e-6);
  const five = testImages({ channels: 5 });
  const views = await viewsUnder(operations, {}, five);
  expect(views[0]).toBeCloseTo(views[1]!, 6);
  expect(views[3]).toBeCloseTo(five.pixels[3]! / 255, 6);
  expect(views[4]).toBeCloseTo(five.pixels[4]! / 255, 6);
});

test('the images themselves never change', async () => {
  const before = Uint8Array.from(images.pixels);
  await viewsUnder([{ op: 'stroke', strength: fixed(1) }, { op: 'equalize' }]);
  expect(images.pixels).toEqual(before);
});
