// @module-tag slow
import { expect, test } from 'vitest';
import { tf } from '../index.js';
import { expectNoLeak } from '../testing.js';
import { as4D, type Case, testOnEveryEngine } from './contract.fixture.js';
import { fusedConv2d, fusedDepthwiseConv2d } from './fused-conv2d.js';
import { type Activation, AROUND, followed, type Geometry, PLAIN, referenceConv } from './sliding-window.fixture.js';

/** As TensorFlow pads an even side at stride 2. */
const HALVED = { strides: [2, 2], padding: [[0, 1], [0, 1]] } as const; // prettier-ignore

interface Shape {
  readonly x: readonly [number, number, number, number];
  readonly size: number;
  /** Null for a depthwise filter. */
  readonly out: number | null;
  readonly geometry?: Partial<Geometry>;
  readonly activation: Activation;
  /** Of the output, where a residual is added. */
  readonly residual?: readonly [number, number, number, number];
}

function fusedCase(name: string, { x, size, out, geometry = {}, activation, residual }: Shape): Case {
  const channels = x[3];
  const filter = [size, size, channels, out ?? 1];
  return {
    name: `${out === null ? 'fusedDepthwiseConv2d' : 'fusedConv2d'} ${name}`,
    shapes: [x, filter, [out ?? channels], ...(residual === undefined ? [] : [residual])],
    op(images, weights, bias, added) {
      const options = { ...geometry, activation, ...(added === undefined ? {} : { residual: as4D(added) }) };
      const fused = out === null ? fusedDepthwiseConv2d : fusedConv2d;
      return fused(as4D(images), as4D(weights), bias.flatten(), options);
    },
    reference(images, weights, bias, added) {
      const { data } = weights;
      const shape = out === null ? [size, size, 1, channels] : filter;
      const y = referenceConv(images, { shape, data }, out === null ? channels : 1, { ...PLAIN, ...geometry });
      return followed(y, bias, added, activation);
    },
  };
}

const CASES: readonly Case[] = [
  fusedCase('of one cell, capped', { x: [2, 3, 4, 5], size: 1, out: 7, activation: 'relu6' }),
  fusedCase('of one cell, with a residual', { x: [2, 3, 3, 6], size: 1, out: 4, activation: 'linear', residual: [2, 3, 3, 4] }), // prettier-ignore
  fusedCase('strided, rectified', { x: [2, 6, 4, 3], size: 3, out: 5, geometry: HALVED, activation: 'relu' }),
  fusedCase('same, with a residual, capped', { x: [1, 4, 3, 2], size: 3, out: 3, geometry: { padding: AROUND }, activation: 'relu6', residual: [1, 4, 3, 3] }), // prettier-ignore
  fusedCase('same, capped', {
    x: [2, 5, 4, 18],
    size: 3,
    out: null,
    geometry: { padding: AROUND },
    activation: 'relu6',
  }),
  fusedCase('strided', { x: [2, 6, 4, 3], size: 3, out: null, geometry: HALVED, activation: 'linear' }),
  fusedCase('of five cells, rectified, with a residual', {
    x: [1, 4, 5, 3],
    size: 5,
    out: null,
    geometry: { padding: [[2, 2], [2, 2]] }, // prettier-ignore
    activation: 'relu',
    residual: [1, 4, 5, 3],
  }),
];

testOnEveryEngine(CASES, () => {
  test('channels of more than one vector, and sides that no vector divides, are as in small', async () => {
    await expectNoLeak(() => {
      const x = tf.randomUniform<tf.Rank.R4>([2, 15, 13, 40], -1, 1, 'float32', 3);
      const filter = tf.randomUniform<tf.Rank.R4>([1, 1, 40, 37], -1, 1, 'float32', 4);
      const bias = tf.randomUniform<tf.Rank.R1>([37], -1, 1, 'float32', 5);
      const fused = fusedConv2d(x, filter, bias, { activation: 'relu6' });
      const plain = tf.tidy(() => {
        const product = tf.matMul(x.reshape([-1, 40]), filter.reshape([40, 37]));
        return product
          .add(bias)
          .clipByValue(0, 6)
          .sub(fused.reshape([-1, 37]))
          .abs()
          .max();
      });
      expect(plain.dataSync()[0]).toBeLessThan(1e-5);
      return [x, filter, bias, fused, plain];
    });
  });
});
