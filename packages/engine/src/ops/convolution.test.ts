// @module-tag slow
import { expect, test } from 'vitest';
import { tf } from '../index.js';
import { expectNoLeak } from '../testing.js';
import { as4D, type Case, testOnEveryEngine } from './contract.fixture.js';
import { conv2d } from './conv2d.js';
import { depthwiseConv2d } from './depthwise-conv2d.js';
import { groupedConv2d } from './grouped-conv2d.js';
import { AROUND, type Geometry, PLAIN, referenceConv } from './sliding-window.fixture.js';

function convCase(name: string, x: readonly number[], filter: readonly number[], geometry: Partial<Geometry>): Case {
  return {
    name: `conv2d ${name}`,
    shapes: [x, filter],
    op: (images, weights) => conv2d(as4D(images), as4D(weights), geometry),
    reference: (images, weights) => referenceConv(images, weights, 1, { ...PLAIN, ...geometry }),
  };
}

function groupedCase(name: string, groups: number, filter: readonly number[], geometry: Partial<Geometry>): Case {
  return {
    name: `groupedConv2d ${name}`,
    shapes: [[2, 5, 6, 4], filter],
    op: (images, weights) => groupedConv2d(as4D(images), as4D(weights), groups, geometry),
    reference: (images, weights) => referenceConv(images, weights, groups, { ...PLAIN, ...geometry }),
  };
}

/** A depthwise convolution is a grouped one whose filter lies otherwise in memory. */
function depthwiseCase(name: string, filter: readonly number[], geometry: Partial<Geometry>): Case {
  const [height = NaN, width = NaN, channels = NaN, multiplier = NaN] = filter;
  return {
    name: `depthwiseConv2d ${name}`,
    shapes: [[2, 5, 6, channels], filter],
    op: (images, weights) => depthwiseConv2d(as4D(images), as4D(weights), geometry),
    reference: (images, { data }) => {
      const weights = { shape: [height, width, 1, channels * multiplier], data };
      return referenceConv(images, weights, channels, { ...PLAIN, ...geometry });
    },
  };
}

const CASES: readonly Case[] = [
  convCase('same', [2, 5, 6, 3], [3, 3, 3, 4], { padding: AROUND }),
  convCase('valid', [2, 5, 6, 3], [3, 2, 3, 4], {}),
  convCase('one channel, one image', [1, 4, 4, 1], [3, 3, 1, 1], { padding: AROUND }),
  convCase('strided as in PyTorch', [2, 6, 7, 3], [3, 3, 3, 2], { strides: [2, 2], padding: AROUND }),
  convCase('strided as in TensorFlow', [2, 6, 6, 2], [3, 3, 2, 4], {
    strides: [2, 2],
    padding: [
      [0, 1],
      [0, 1],
    ],
  }),
  convCase('strided by three', [1, 9, 8, 2], [3, 3, 2, 2], { strides: [3, 3], padding: AROUND }),
  convCase('one by one, strided', [2, 6, 5, 4], [1, 1, 4, 3], { strides: [2, 2] }),
  convCase('rectangular', [2, 6, 7, 3], [1, 5, 3, 3], {
    strides: [1, 2],
    padding: [
      [0, 0],
      [2, 2],
    ],
  }),
  convCase('dilated', [2, 6, 7, 3], [3, 3, 3, 2], {
    dilation: [2, 2],
    padding: [
      [2, 2],
      [2, 2],
    ],
  }),
  convCase('dilated along one axis', [1, 5, 7, 2], [2, 3, 2, 2], { dilation: [1, 2] }),
  convCase('padded beyond its filter', [1, 3, 4, 2], [2, 2, 2, 2], {
    padding: [
      [3, 2],
      [0, 4],
    ],
  }),
  convCase('patches', [2, 8, 8, 3], [4, 4, 3, 5], { strides: [4, 4] }),
  depthwiseCase('same', [3, 3, 4, 1], { padding: AROUND }),
  depthwiseCase('strided', [3, 3, 2, 1], { strides: [2, 2], padding: AROUND }),
  depthwiseCase('multiplied', [3, 3, 3, 2], {}),
  depthwiseCase('multiplied and strided', [3, 3, 2, 3], { strides: [2, 2], padding: AROUND }),
  depthwiseCase('with two strides', [3, 2, 2, 2], { strides: [2, 1], padding: AROUND }),
  depthwiseCase('dilated', [3, 2, 2, 2], { dilation: [2, 2], padding: AROUND }),
  groupedCase('in two groups', 2, [3, 3, 2, 6], { padding: AROUND }),
  groupedCase('in two groups, strided', 2, [3, 3, 2, 2], { strides: [2, 2], padding: AROUND }),
  groupedCase('in as many groups as channels', 4, [3, 3, 1, 8], {}),
  groupedCase('in one group', 1, [3, 3, 4, 2], {}),
];

testOnEveryEngine(CASES, () => {
  test('nothing is left behind but what is returned', async () => {
    const x = tf.ones<tf.Rank.R4>([2, 6, 6, 4]);
    const filter = tf.ones<tf.Rank.R4>([3, 3, 4, 2]);
    const half = tf.ones<tf.Rank.R4>([3, 3, 2, 2]);
    const single = tf.ones<tf.Rank.R4>([3, 3, 1, 4]);
    const strided = { strides: [2, 2], padding: AROUND } as const;
    await expectNoLeak(() => conv2d(x, filter, strided));
    await expectNoLeak(() => depthwiseConv2d(x, filter, strided));
    await expectNoLeak(() => groupedConv2d(x, half, 2, strided));
    await expectNoLeak(() => groupedConv2d(x, single, 4, strided));
    tf.dispose([x, filter, half, single]);
    expect(x.isDisposed).toBe(true);
  });
});
