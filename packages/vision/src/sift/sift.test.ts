import { expect, test } from 'vitest';
import { testImages } from '../images.fixture.js';
import { dominantOrientations, orientationHistogram, quarterRotation, siftDescriptor, siftFeatures } from '../index.js';

/** Blobs of several sizes. */
function blobs(side: number) {
  const data = new Float32Array(side * side);
  for (const [x, y, radius, height] of [
    [20, 22, 3, 1],
    [44, 18, 4, 0.7],
    [30, 45, 6, 0.9],
    [50, 48, 2.5, -0.6],
  ] as const)
    for (let row = 0; row < side; row++)
      for (let column = 0; column < side; column++)
        data[row * side + column]! +=
          height * Math.exp(-((column - x) ** 2 + ((row - y) * 1.2) ** 2) / (2 * radius * radius));
  return { count: 1, height: side, width: side, channels: 1, data };
}

test('a blob is found at its centre with its own scale', () => {
  const { keypoints, descriptors } = siftFeatures(blobs(64));
  expect(descriptors.length).toBe(keypoints.length * 128);
  const nearest = keypoints.filter(({ x, y }) => Math.hypot(x - 20, y - 22) < 1);
  expect(nearest.length).toBeGreaterThan(0);
  expect(nearest[0]!.scale).toBeGreaterThan(2);
  expect(nearest[0]!.scale).toBeLessThan(4);
});

/** Discs of random sizes and greys: corners and blobs without symmetry. */
function discsOf(side: number) {
  const discs = testImages({ count: 1, height: 60, width: 4, channels: 1 }).data;
  const data = new Float32Array(side * side);
  for (let disc = 0; disc < 60; disc++) {
    const [x = 0, y = 0, size = 0, grey = 0] = discs.subarray(4 * disc, 4 * disc + 4);
    for (let row = 0; row < side; row++)
      for (let column = 0; column < side; column++)
        if (Math.hypot(column - x * side, row - y * side) < 3 + 9 * size) data[row * side + column] = grey;
  }
  return { count: 1, height: side, width: side, channels: 1, data };
}

test('most keypoints turn with the image, and their descriptors stay', () => {
  const image = discsOf(96);
  const before = siftFeatures(image);
  const after = siftFeatures(quarterRotation(image, 1));
  const distance = (row: number, other: number): number => {
    let sum = 0;
    for (let entry = 0; entry < 128; entry++)
      sum += (before.descriptors[128 * row + entry]! - after.descriptors[128 * other + entry]!) ** 2;
    return Math.sqrt(sum);
  };
  const again = before.keypoints.filter(({ x, y, scale }, row) =>
    after.keypoints.some(
      (other, at) => Math.hypot(other.x - y, other.y - (95 - x)) < 0.3 * scale && distance(row, at) < 0.3,
    ),
  );
  expect(before.keypoints.length).toBeGreaterThan(20);
  expect(again.length).toBeGreaterThanOrEqual(0.8 * before.keypoints.length);
});

test('a flat image has no keypoints', () => {
  expect(siftFeatures({ height: 40, width: 40, data: new Float32Array(1600).fill(0.5) }).keypoints).toEqual([]);
});

test('an image of a few pixels has no keypoints and does not fail', () => {
  expect(siftFeatures({ height: 3, width: 2, data: new Float32Array(6) }).keypoints).toEqual([]);
});

test('the orientation of a ramp is the direction in which it rises', () => {
  const down = { height: 20, width: 20, data: Float32Array.from({ length: 400 }, (_, at) => Math.floor(at / 20)) };
  const histogram = orientationHistogram(down, { x: 9.5, y: 9.5, radius: 8, sigma: 4 });
  expect([...dominantOrientations(histogram)]).toEqual([expect.closeTo(Math.PI / 2, 6)]);
});

test('a descriptor is a unit vector that does not change with the contrast', () => {
  const { height, width, data } = blobs(64);
  const window = { x: 20, y: 22, cellSide: 4 };
  const descriptor = siftDescriptor({ height, width, data }, window);
  expect(Math.hypot(...descriptor)).toBeCloseTo(1, 5);
  const faint = siftDescriptor({ height, width, data: data.map((value) => 0.1 * value + 0.3) }, window);
  for (let at = 0; at < 128; at++) expect(faint[at]).toBeCloseTo(descriptor[at]!, 3);
});
