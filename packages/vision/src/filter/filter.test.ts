import { expect, test } from 'vitest';
import { testImages } from '../images.fixture.js';
import {
  canny,
  differenceOfGaussians,
  gaussianBlur,
  gaussianPyramid,
  horizontalFlip,
  quarterRotation,
  scharr,
  sharpness,
  sobel,
} from '../index.js';

const grey = testImages({ channels: 1, height: 12, width: 10 });
const plane = { height: 12, width: 10, data: grey.data.subarray(0, 120) };

test('a blur keeps a flat image and the range of any other', () => {
  const flat = { ...grey, data: grey.data.map(() => 0.7) };
  for (const value of gaussianBlur(flat, { kernelSize: 7, sigma: 2 }).data) expect(value).toBeCloseTo(0.7, 6);
  const blurred = gaussianBlur(grey, { kernelSize: 5, sigma: 1 }).data;
  expect(Math.max(...blurred)).toBeLessThan(Math.max(...grey.data));
  expect(Math.min(...blurred)).toBeGreaterThan(Math.min(...grey.data));
});

test('a blur commutes with the mirror image and with quarter rotations', () => {
  const options = { kernelSize: 5, sigma: 1.3 };
  const first = gaussianBlur(horizontalFlip(grey), options).data;
  const second = horizontalFlip(gaussianBlur(grey, options)).data;
  for (let at = 0; at < first.length; at++) expect(first[at]).toBeCloseTo(second[at]!, 6);
  const third = quarterRotation(gaussianBlur(quarterRotation(grey, 1), options), -1).data;
  const fourth = gaussianBlur(grey, options).data;
  for (let at = 0; at < third.length; at++) expect(third[at]).toBeCloseTo(fourth[at]!, 6);
});

test('an even kernel and a sigma of 0 are refused', () => {
  expect(() => gaussianBlur(grey, { kernelSize: 4, sigma: 1 })).toThrow('expected an odd number, found 4');
  expect(() => gaussianBlur(grey, { kernelSize: 3, sigma: 0 })).toThrow('above 0, found 0');
});

test('sharpness 1 changes nothing', () => {
  const sharp = sharpness(grey, 1).data;
  for (let at = 0; at < sharp.length; at++) expect(sharp[at]).toBeCloseTo(grey.data[at]!, 6);
});

test('the gradient of a ramp is its slope, and turns with the image', () => {
  const ramp = { ...grey, count: 1, data: Float32Array.from({ length: 120 }, (_, at) => 0.05 * (at % 10)) };
  for (const find of [sobel, scharr]) {
    const { x, y } = find(ramp);
    expect(x.data[45]).toBeCloseTo(0.1, 6);
    expect(y.data[45]).toBeCloseTo(0, 6);
    const turned = find(quarterRotation(ramp, 1));
    expect(turned.y.data[5 * 12 + 5]).toBeCloseTo(-0.1, 6);
  }
});

test('canny draws the outline of a square once, and nothing on a flat image', () => {
  const side = 24;
  const square = {
    count: 1,
    height: side,
    width: side,
    channels: 1,
    data: Float32Array.from({ length: side * side }, (_, at) => {
      const row = Math.floor(at / side);
      const column = at % side;
      return row > 6 && row < 17 && column > 6 && column < 17 ? 1 : 0;
    }),
  };
  const edges = canny(square, { sigma: 1, low: 0.1, high: 0.3 }).data;
  const middle = [...edges.subarray(12 * side, 13 * side)];
  expect(middle.reduce((sum, value) => sum + value, 0)).toBeGreaterThanOrEqual(2);
  expect(middle.reduce((sum, value) => sum + value, 0)).toBeLessThanOrEqual(4);
  expect(middle.slice(9, 15)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(canny({ ...square, data: square.data.map(() => 0.4) }).data).toEqual(new Uint8Array(side * side));
});

const step = (size: number) => ({
  count: 1,
  height: 16,
  width: 16,
  channels: 1,
  data: Float32Array.from({ length: 256 }, (_, at) => (at % 16 < 8 ? 0 : size)),
});

test('hysteresis drops a faint edge that no strong one leads to', () => {
  const options = { sigma: 1, low: 0.05, high: 0.5 };
  expect(canny(step(1), options).data).toContain(1);
  expect(canny(step(0.1), options).data).not.toContain(1);
});

test('differences of Gaussians are differences of the levels, and vanish on a flat plane', () => {
  const { blurred, differences } = differenceOfGaussians(plane, [1, 1.5, 2]);
  expect(differences[1]!.data[37]).toBeCloseTo(blurred[2]!.data[37]! - blurred[1]!.data[37]!, 6);
  const flat = differenceOfGaussians({ ...plane, data: plane.data.map(() => 0.3) }, [1, 2]);
  for (const value of flat.differences[0]!.data) expect(value).toBeCloseTo(0, 6);
});

test('every level of a pyramid has half the size, rounded up', () => {
  expect(
    gaussianPyramid({ height: 13, width: 10, data: new Float32Array(130) }, 3).map((level) => [
      level.height,
      level.width,
    ]),
  ).toEqual([
    [13, 10],
    [7, 5],
    [4, 3],
    [2, 2],
  ]);
});
