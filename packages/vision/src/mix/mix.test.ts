import { expect, test } from 'vitest';
import { testImages } from '../images.fixture.js';
import { cutmix, cutout, mixup } from '../index.js';

const images = testImages({ count: 3 });
const targets = Float32Array.of(1, 0, 0, 1, 0.5, 0.5);

test('a cut-out box outside the image changes nothing, one over the edge is clipped', () => {
  expect(cutout(images, { top: 9, left: 0, height: 4, width: 4 }, [0, 0, 0])).toEqual(images);
  const cut = cutout(images, { top: -2, left: 5, height: 3, width: 9 }, [0.1, 0.2, 0.3]);
  expect([...cut.data.subarray(5 * 3, 7 * 3)]).toEqual([...Float32Array.of(0.1, 0.2, 0.3, 0.1, 0.2, 0.3)]);
  expect([...cut.data.subarray(7 * 3, 9 * 7 * 3)]).toEqual([...images.data.subarray(7 * 3, 9 * 7 * 3)]);
});

test('mixing keeps the mass of the targets', () => {
  const permutation = [2, 0, 1];
  for (const mixed of [
    mixup(images, targets, permutation, 0.3),
    cutmix(images, targets, permutation, { top: 1, left: 1, height: 4, width: 3 }),
  ])
    for (let row = 0; row < 3; row++) expect(mixed.targets[2 * row]! + mixed.targets[2 * row + 1]!).toBeCloseTo(1, 6);
});

test('lambda 1 and an empty box give everything back, a full box the other image', () => {
  expect(mixup(images, targets, [1, 2, 0], 1)).toEqual({ images, targets });
  const none = cutmix(images, targets, [1, 2, 0], { top: 0, left: 0, height: 0, width: 5 });
  expect(none).toEqual({ images, targets, lambda: 1 });
  const all = cutmix(images, targets, [1, 2, 0], { top: 0, left: 0, height: 9, width: 7 });
  expect(all.lambda).toBe(0);
  expect([...all.images.data.subarray(0, 189)]).toEqual([...images.data.subarray(189, 378)]);
});
