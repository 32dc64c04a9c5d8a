import { expect, test } from 'vitest';
import { tf } from '../index.js';
import { expectNoLeak } from '../testing.js';
import { as4D, type Case, dims, type Numbers, read, testOnEveryEngine, zeros } from './contract.fixture.js';
import { avgPool, type AvgPoolOptions, maxPool } from './pool.js';
import { AROUND, type Geometry, PLAIN, slide } from './sliding-window.fixture.js';
import type { Pair } from './window.js';

function referencePool(
  x: Numbers,
  size: Pair,
  geometry: Geometry,
  pool: (cells: readonly number[], window: number) => number,
): Numbers {
  const [batch, , , channels] = dims(x);
  const cells = new Map<string, (readonly [number, number])[]>();
  const [rows, columns] = slide(x, size, geometry, (out, cell) => {
    cells.set(out.join(), [...(cells.get(out.join()) ?? []), cell]);
  });
  const y = zeros([batch, rows, columns, channels]);
  for (let place = 0; place < y.data.length; place++) {
    const channel = place % channels;
    const column = Math.floor(place / channels) % columns;
    const row = Math.floor(place / channels / columns) % rows;
    const image = Math.floor(place / channels / columns / rows);
    const seen = (cells.get(`${row},${column}`) ?? []).map((cell) => read(x, [image, ...cell, channel]));
    y.data[place] = pool(seen, size[0] * size[1]);
  }
  return y;
}

function poolCases(name: string, x: readonly number[], options: AvgPoolOptions): Case[] {
  const geometry = { ...PLAIN, strides: options.strides ?? options.size, padding: options.padding ?? PLAIN.padding };
  const countsPadding = options.countIncludePad ?? true;
  return [
    {
      name: `maxPool ${name}`,
      shapes: [x],
      op: (images) => maxPool(as4D(images), options),
      reference: (images) => referencePool(images, options.size, geometry, (cells) => Math.max(...cells)),
    },
    {
      name: `avgPool ${name}`,
      shapes: [x],
      op: (images) => avgPool(as4D(images), options),
      reference: (images) =>
        referencePool(images, options.size, geometry, (cells, window) => {
          return cells.reduce((sum, cell) => sum + cell, 0) / (countsPadding ? window : cells.length);
        }),
    },
  ];
}

const CASES: readonly Case[] = [
  ...poolCases('two by two', [2, 7, 6, 3], { size: [2, 2] }),
  ...poolCases('as in the stem of a ResNet', [2, 6, 7, 2], { size: [3, 3], strides: [2, 2], padding: AROUND }),
  ...poolCases('overlapping', [2, 5, 5, 2], { size: [3, 2], strides: [1, 1] }),
  ...poolCases('asymmetric, real cells only', [2, 6, 6, 3], {
    size: [3, 3],
    strides: [2, 2],
    padding: [
      [0, 1],
      [1, 0],
    ],
    countIncludePad: false,
  }),
];

testOnEveryEngine(CASES, () => {
  test('the first of equal values takes the gradient of a maximum', async () => {
    await expectNoLeak(() => {
      const x = tf.tensor4d([1, 1, 0, 1, 1, 1, 0, 0, 0], [1, 3, 3, 1]);
      const gradient = tf.grad((images) => maxPool(as4D(images), { size: [2, 2], strides: [1, 1] }).sum())(x);
      expect([...gradient.dataSync()]).toEqual([1, 1, 0, 1, 1, 0, 0, 0, 0]);
      return [x, gradient];
    });
  });

  test('nothing is left behind but what is returned', async () => {
    const x = tf.ones<tf.Rank.R4>([2, 6, 6, 4]);
    await expectNoLeak(() => maxPool(x, { size: [2, 2], padding: AROUND }));
    await expectNoLeak(() => avgPool(x, { size: [2, 2], padding: AROUND, countIncludePad: false }));
    x.dispose();
    expect(x.isDisposed).toBe(true);
  });
});
