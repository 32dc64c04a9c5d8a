import { horizontalFlip, type ImageBatch, normalise, resizedCrop } from '@twoshot/vision';
import { expect, test } from 'vitest';
import { testImages } from './images.fixture.js';
import { plainViews } from './index.js';

const images = testImages();
const batch: ImageBatch = { ...images, data: Float32Array.from(images.pixels, (value) => value / 255) };
const normalisation = { mean: [0.4, 0.5, 0.6], std: [0.2, 0.3, 0.4] };

function difference(first: ArrayLike<number>, second: ArrayLike<number>): number {
  return first.length === second.length
    ? Array.from(first).reduce((worst, value, at) => Math.max(worst, Math.abs(value - second[at]!)), 0)
    : Infinity;
}

test.each([12, 7, 20])('images are resized to %i pixels and normalised, as they are or mirrored', (size) => {
  const whole = { top: 0, left: 0, height: 12, width: 12 };
  const expected = normalise(resizedCrop(batch, whole, [size, size]), normalisation.mean, normalisation.std);
  const plain = plainViews(images, { size, normalise: normalisation });
  expect(difference(plain, expected.data)).toBeLessThan(1e-5);
  const mirrored = plainViews(images, { size, normalise: normalisation, mirrored: true });
  expect(difference(mirrored, horizontalFlip(expected).data)).toBeLessThan(1e-5);
});

test('a range gives its own images', () => {
  const all = plainViews(images, { size: 12, normalise: null });
  expect(plainViews(images, { size: 12, normalise: null }, [2, 4])).toEqual(all.slice(2 * 432, 4 * 432));
});

test('a normalisation for another number of channels is refused', () => {
  expect(() => plainViews(testImages({ channels: 1 }), { size: 12, normalise: normalisation })).toThrow(
    'give 1 value or 1',
  );
});
