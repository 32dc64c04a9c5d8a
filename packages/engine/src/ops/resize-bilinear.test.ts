import { expect, test } from 'vitest';
import { tf } from '../index.js';
import { expectNoLeak } from '../testing.js';
import { as4D, type Case, dims, type Numbers, offset, read, testOnEveryEngine, zeros } from './contract.fixture.js';
import { resizeBilinear } from './resize-bilinear.js';
import type { Pair } from './window.js';

/** The two input cells of an output cell along an axis, with their weights. */
function taps(index: number, output: number, input: number): (readonly [number, number])[] {
  const centre = Math.min(Math.max(((index + 0.5) * input) / output - 0.5, 0), input - 1);
  const low = Math.floor(centre);
  return [
    [low, 1 - (centre - low)],
    [Math.min(low + 1, input - 1), centre - low],
  ];
}

function referenceResize(x: Numbers, [height, width]: Pair): Numbers {
  const [batch, rows, columns, channels] = dims(x);
  const y = zeros([batch, height, width, channels]);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      for (const [down, first] of taps(row, height, rows)) {
        for (const [across, second] of taps(column, width, columns)) {
          for (let image = 0; image < batch; image++) {
            for (let channel = 0; channel < channels; channel++) {
              const place = offset(y.shape, [image, row, column, channel]);
              y.data[place] = (y.data[place] ?? NaN) + first * second * read(x, [image, down, across, channel]);
            }
          }
        }
      }
    }
  }
  return y;
}

function resizeCase(name: string, size: Pair): Case {
  return {
    name: `resizeBilinear ${name}`,
    shapes: [[2, 4, 6, 3]],
    op: (images) => resizeBilinear(as4D(images), size),
    reference: (images) => referenceResize(images, size),
  };
}

const CASES: readonly Case[] = [
  resizeCase('up', [9, 8]),
  resizeCase('down', [2, 4]),
  resizeCase('up and down', [3, 11]),
  resizeCase('to one cell', [1, 1]),
  resizeCase('to the same size', [4, 6]),
];

testOnEveryEngine(CASES, () => {
  test('nothing is left behind but what is returned', async () => {
    const x = tf.ones<tf.Rank.R4>([2, 6, 6, 4]);
    await expectNoLeak(() => resizeBilinear(x, [5, 5]));
    x.dispose();
    expect(x.isDisposed).toBe(true);
  });
});
