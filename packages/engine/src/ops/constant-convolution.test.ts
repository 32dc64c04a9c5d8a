import { expect, test } from 'vitest';
import { tf } from '../index.js';
import { createConvolution } from './constant-convolution.js';
import { as4D, type Case, testOnEveryEngine } from './contract.fixture.js';
import { type Activation, AROUND, followed, type Geometry, PLAIN, referenceConv } from './sliding-window.fixture.js';

/** As TensorFlow pads an even side at stride 2. */
const HALVED = { strides: [2, 2], padding: [[0, 1], [0, 1]] } as const; // prettier-ignore

interface Shape {
  readonly x: readonly [number, number, number, number];
  readonly size?: readonly [number, number];
  readonly out: number;
  readonly geometry?: Partial<Geometry>;
  readonly activation?: Activation;
  /** Of the output, where a residual is added. */
  readonly residual?: readonly [number, number, number, number];
}

function constantCase(name: string, shape: Shape): Case {
  const { x, size = [1, 1], out, geometry = {}, activation = 'linear', residual } = shape;
  return {
    name,
    gradients: false,
    shapes: [x, [...size, x[3], out], [out], ...(residual === undefined ? [] : [residual])],
    op(images, filter, bias, added) {
      const weights = { filter: as4D(filter), bias: bias.flatten() };
      const { strides, dilation, padding } = { ...PLAIN, ...geometry };
      const convolution = createConvolution(weights, { strides, dilation, activation });
      const residuals = added === undefined ? {} : { residual: as4D(added) };
      const y = convolution.run(as4D(images), { padding, ...residuals });
      convolution.dispose();
      return y;
    },
    reference(images, filter, bias, added) {
      return followed(referenceConv(images, filter, 1, { ...PLAIN, ...geometry }), bias, added, activation);
    },
  };
}

const CASES: readonly Case[] = [
  constantCase('of one cell', { x: [2, 3, 4, 5], out: 7 }),
  constantCase('of one cell, in vectors of every width, capped', { x: [1, 9, 3, 8], out: 88, activation: 'relu6' }),
  constantCase('of one cell, with a residual, rectified', { x: [3, 5, 3, 6], out: 50, activation: 'relu', residual: [3, 5, 3, 50] }), // prettier-ignore
  constantCase('of one cell, for more rows than a thread takes at a time', { x: [2, 13, 11, 3], out: 97 }),
  constantCase('of one cell, strided', { x: [2, 5, 6, 3], out: 4, geometry: { strides: [2, 2] } }),
  constantCase('of one cell, padded', { x: [1, 3, 2, 3], out: 2, geometry: { padding: AROUND } }),
  constantCase('of three cells, strided, capped', { x: [2, 6, 8, 3], size: [3, 3], out: 32, geometry: HALVED, activation: 'relu6' }), // prettier-ignore
  constantCase('of three cells, strided, with an odd side', { x: [1, 7, 5, 4], size: [3, 3], out: 9, geometry: { strides: [2, 2], padding: AROUND } }), // prettier-ignore
  constantCase('of three cells, with a residual', { x: [1, 5, 4, 2], size: [3, 3], out: 3, geometry: { padding: AROUND }, residual: [1, 5, 4, 3] }), // prettier-ignore
  constantCase('of unequal sides', { x: [2, 6, 7, 2], size: [2, 5], out: 5, geometry: { strides: [1, 2] } }),
  constantCase('dilated', { x: [1, 6, 6, 2], size: [2, 2], out: 3, geometry: { dilation: [2, 2] } }),
];

testOnEveryEngine(CASES, () => {
  test('weights are those of its creation', () => {
    const filter = tf.ones<tf.Rank.R4>([1, 1, 2, 1]);
    const bias = tf.variable(tf.tensor1d([1]));
    const convolution = createConvolution({ filter, bias });
    filter.dispose();
    bias.assign(tf.tensor1d([100]));
    const sums = tf.tidy(() => convolution.run(tf.tensor4d([1, 2, 3, 4], [2, 1, 1, 2])).dataSync());
    expect([...sums]).toEqual([4, 8]);
    convolution.dispose();
    bias.dispose();
  });

  test('strips of a large image are as the whole', () => {
    const x = tf.randomUniform<tf.Rank.R4>([1, 150, 160, 3], -1, 1, 'float32', 3);
    const filter = tf.randomUniform<tf.Rank.R4>([3, 3, 3, 8], -1, 1, 'float32', 4);
    const bias = tf.zeros<tf.Rank.R1>([8]);
    const convolution = createConvolution({ filter, bias }, { strides: [2, 2] });
    const difference = tf.tidy(() => {
      const strips = convolution.run(x, { padding: HALVED.padding });
      const padded = tf.pad(x, [[0, 0], [0, 1], [0, 1], [0, 0]]); // prettier-ignore
      const each = [0, 37, 74].map((row) => tf.slice4d(padded, [0, 2 * row, 0, 0], [1, 3, 161, 3]));
      const lines = each.map((line) => convolution.run(line));
      const same = [0, 37, 74].map((row) => tf.slice(strips, [0, row, 0, 0], [1, 1, 80, 8]));
      return tf.max(tf.abs(tf.sub(tf.concat(lines), tf.concat(same)))).dataSync()[0];
    });
    expect(difference).toBe(0);
    convolution.dispose();
    tf.dispose([x, filter, bias]);
  });
});
