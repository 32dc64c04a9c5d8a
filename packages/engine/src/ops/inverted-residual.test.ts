import { expect, test } from 'vitest';
import { tf } from '../index.js';
import { createRandom } from '../random.js';
import { as4D, type Case, type Numbers, testOnEveryEngine } from './contract.fixture.js';
import { createInvertedResidual } from './inverted-residual.js';
import { followed, type Geometry, PLAIN, referenceConv } from './sliding-window.fixture.js';
import type { Padding } from './window.js';

interface Shape {
  readonly x: readonly [number, number, number, number];
  /** Null: the images have the inner channels. */
  readonly inner: number | null;
  readonly size: number;
  readonly stride: 1 | 2;
  readonly out: number;
  readonly padding: Padding;
}

const HALVED: Padding = [[0, 1], [0, 1]]; // prettier-ignore
const WIDE: Padding = [[1, 2], [1, 2]]; // prettier-ignore
const around = (cells: number): Padding => [[cells, cells], [cells, cells]]; // prettier-ignore

/** Weights are small, so that inner values lie on both sides of both limits. */
const scaled = ({ shape, data }: Numbers, factor: number): Numbers => ({ shape, data: data.map((v) => v * factor) });

function blockCase(name: string, { x, inner: own, size, stride, out, padding }: Shape): Case {
  const inner = own ?? x[3];
  const residual = stride === 1 && x[3] === out;
  const factors = [1, 1, 3, 1, 0.3, 1];
  const geometry: Geometry = { ...PLAIN, strides: [stride, stride], padding };
  return {
    name,
    gradients: false,
    shapes: [x, [1, 1, x[3], inner], [inner], [size, size, inner, 1], [inner], [1, 1, inner, out], [out]],
    op(images, ...weights) {
      const [w1, b1, w2, b2, w3, b3] = weights.map((each, i) => each.mul(factors[i]!)) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]; // prettier-ignore
      const expand = own === null ? null : { filter: as4D(w1), bias: b1.flatten() };
      const depthwise = { filter: as4D(w2), bias: b2.flatten() };
      const block = createInvertedResidual(
        { expand, depthwise, project: { filter: as4D(w3), bias: b3.flatten() } },
        { stride, residual },
      );
      const y = block.run(as4D(images), padding);
      block.dispose();
      return y;
    },
    reference(images, ...weights) {
      const [w1, b1, w2, b2, w3, b3] = weights.map((each, i) => scaled(each, factors[i]!)) as [Numbers, Numbers, Numbers, Numbers, Numbers, Numbers]; // prettier-ignore
      const wide = own === null ? images : followed(referenceConv(images, w1, 1, PLAIN), b1, undefined, 'relu6');
      const filter = { shape: [size, size, 1, inner], data: w2.data };
      const spatial = followed(referenceConv(wide, filter, inner, geometry), b2, undefined, 'relu6');
      return followed(referenceConv(spatial, w3, 1, PLAIN), b3, residual ? images : undefined, 'linear');
    },
  };
}

const CASES: readonly Case[] = [
  blockCase('3x3, with the residual', { x: [3, 5, 8, 4], inner: 24, size: 3, stride: 1, out: 4, padding: around(1) }),
  blockCase('3x3, halved, in two blocks of channels', { x: [2, 8, 10, 3], inner: 60, size: 3, stride: 2, out: 5, padding: HALVED }), // prettier-ignore
  blockCase('5x5, one image', { x: [1, 7, 7, 3], inner: 96, size: 5, stride: 1, out: 50, padding: around(2) }),
  blockCase('5x5, halved', { x: [2, 6, 8, 2], inner: 12, size: 5, stride: 2, out: 3, padding: WIDE }),
  blockCase('without an expansion', { x: [2, 4, 11, 20], inner: null, size: 3, stride: 1, out: 6, padding: around(1) }),
  blockCase('without an expansion, of channels that fill more than a block', { x: [1, 3, 4, 53], inner: null, size: 3, stride: 2, out: 53, padding: around(1) }), // prettier-ignore
  blockCase('columns that no window reaches', { x: [1, 6, 9, 2], inner: 6, size: 3, stride: 2, out: 2, padding: around(0) }), // prettier-ignore
];

testOnEveryEngine(CASES, () => {
  test('images one by one, and large ones in strips, are as in a batch', () => {
    const random = createRandom(5);
    const normal = (shape: [number, number, number, number], scale = 1): tf.Tensor4D => {
      const size = shape.reduce((product, length) => product * length);
      return tf.tensor4d(
        Float32Array.from({ length: size }, () => scale * random.normal()),
        shape,
      );
    };
    for (const [height, width] of [
      [60, 50],
      [7, 7],
    ] as const) {
      // prettier-ignore
      const largest = tf.tidy(() => {
        const weights = {
          expand: { filter: normal([1, 1, 8, 48]), bias: tf.ones<tf.Rank.R1>([48]) },
          depthwise: { filter: normal([5, 5, 48, 1], 0.3), bias: tf.zeros<tf.Rank.R1>([48]) },
          project: { filter: normal([1, 1, 48, 8], 0.3), bias: tf.zeros<tf.Rank.R1>([8]) },
        };
        const block = createInvertedResidual(weights, { stride: 1, residual: true });
        const x = normal([9, height, width, 8]);
        const together = block.run(x, around(2));
        const alone = [0, 4, 8].map((image) =>
          tf.sub(
            block.run(tf.slice4d(x, [image, 0, 0, 0], [1, height, width, 8]), around(2)),
            tf.slice4d(together, [image, 0, 0, 0], [1, height, width, 8]),
          ),
        );
        block.dispose();
        return tf.max(tf.abs(tf.concat(alone))).dataSync()[0];
      });
      expect(largest).toBe(0);
    }
  });
});
