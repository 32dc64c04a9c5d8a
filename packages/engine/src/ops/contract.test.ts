import { tf } from '../index.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../random.js';
import { findCudaDevice } from '../cuda-device.js';
import type { EngineKind } from '../engine-kind.js';
import { startEngine } from '../start.js';
import { expectNoLeak } from '../testing.js';
import { batchNorm } from './batch-norm.js';
import { biasAdd } from './bias-add.js';
import { conv2d } from './conv2d.js';
import { depthwiseConv2d } from './depthwise-conv2d.js';
import { groupedConv2d } from './grouped-conv2d.js';
import { normalise } from './normalise.js';
import { avgPool, maxPool, type AvgPoolOptions } from './pool.js';
import { relu } from './relu.js';
import { resizeBilinear } from './resize-bilinear.js';
import type { Padding, Pair } from './window.js';

// One process holds one TensorFlow library.
const KINDS: readonly EngineKind[] = [findCudaDevice() === null ? 'native' : 'cuda', 'wasm', 'cpu'];

/** Numbers in double precision, row-major. */
interface Numbers {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

interface Case {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  readonly op: (...inputs: tf.Tensor[]) => tf.Tensor;
  /** The same by plain loops in double precision. */
  readonly reference: (...inputs: Numbers[]) => Numbers;
}

interface Geometry {
  readonly strides: Pair;
  readonly padding: Padding;
  readonly dilation: Pair;
}

const PLAIN: Geometry = {
  strides: [1, 1],
  padding: [
    [0, 0],
    [0, 0],
  ],
  dilation: [1, 1],
};
const AROUND: Padding = [
  [1, 1],
  [1, 1],
];

function zeros(shape: readonly number[]): Numbers {
  return { shape, data: new Float64Array(shape.reduce((size, length) => size * length, 1)) };
}

function offset(shape: readonly number[], index: readonly number[]): number {
  return index.reduce((sum, position, axis) => sum * (shape[axis] ?? NaN) + position, 0);
}

function read(x: Numbers, index: readonly number[]): number {
  return x.data[offset(x.shape, index)] ?? NaN;
}

function dims(x: Numbers): [number, number, number, number] {
  const [a = NaN, b = NaN, c = NaN, d = NaN] = x.shape;
  return [a, b, c, d];
}

function outputLength(input: number, size: number, [before, after]: Pair, stride: number, dilation: number): number {
  return Math.floor((input + before + after - (size - 1) * dilation - 1) / stride) + 1;
}

/** Calls `visit` with every output cell and every input cell that its window covers, padding left out. */
function slide(
  x: Numbers,
  size: Pair,
  { strides, padding, dilation }: Geometry,
  visit: (out: readonly [number, number], cell: readonly [number, number], tap: readonly [number, number]) => void,
): Pair {
  const [, height, width] = dims(x);
  const rows = outputLength(height, size[0], padding[0], strides[0], dilation[0]);
  const columns = outputLength(width, size[1], padding[1], strides[1], dilation[1]);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let down = 0; down < size[0]; down++) {
        for (let across = 0; across < size[1]; across++) {
          const y = row * strides[0] - padding[0][0] + down * dilation[0];
          const z = column * strides[1] - padding[1][0] + across * dilation[1];
          if (y >= 0 && y < height && z >= 0 && z < width) visit([row, column], [y, z], [down, across]);
        }
      }
    }
  }
  return [rows, columns];
}

function referenceConv(x: Numbers, filter: Numbers, groups: number, geometry: Geometry): Numbers {
  const [batch] = dims(x);
  const [height, width, channels, outputs] = dims(filter);
  const size: Pair = [height, width];
  const [rows, columns] = slide(x, size, geometry, () => {});
  const y = zeros([batch, rows, columns, outputs]);
  slide(x, size, geometry, ([row, column], cell, tap) => {
    for (let image = 0; image < batch; image++) {
      for (let out = 0; out < outputs; out++) {
        const group = Math.floor((out * groups) / outputs);
        for (let channel = 0; channel < channels; channel++) {
          const place = offset(y.shape, [image, row, column, out]);
          const product = read(x, [image, ...cell, group * channels + channel]) * read(filter, [...tap, channel, out]);
          y.data[place] = (y.data[place] ?? NaN) + product;
        }
      }
    }
  });
  return y;
}

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

function referenceBatchNorm(x: Numbers, gamma: Numbers | null, beta: Numbers | null, epsilon: number): Numbers {
  const channels = x.shape[x.shape.length - 1] ?? NaN;
  const y = zeros(x.shape);
  for (let channel = 0; channel < channels; channel++) {
    const values = x.data.filter((_, place) => place % channels === channel);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    for (let place = channel; place < y.data.length; place += channels) {
      const normalised = ((x.data[place] ?? NaN) - mean) / Math.sqrt(variance + epsilon);
      y.data[place] = normalised * (gamma?.data[channel] ?? 1) + (beta?.data[channel] ?? 0);
    }
  }
  return y;
}

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

function rectified({ shape, data }: Numbers): Numbers {
  return { shape, data: data.map((value) => Math.max(value, 0)) };
}

function added(a: Numbers, b: Numbers): Numbers {
  return { shape: a.shape, data: a.data.map((value, place) => value + (b.data[place] ?? NaN)) };
}

function as4D(x: tf.Tensor): tf.Tensor4D {
  const [a = 1, b = 1, c = 1, d = 1] = x.shape;
  return x.as4D(a, b, c, d);
}

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

function resizeCase(name: string, size: Pair): Case {
  return {
    name: `resizeBilinear ${name}`,
    shapes: [[2, 4, 6, 3]],
    op: (images) => resizeBilinear(as4D(images), size),
    reference: (images) => referenceResize(images, size),
  };
}

function normCases(name: string, x: readonly number[], epsilon: number): Case[] {
  const channels = [x[x.length - 1] ?? NaN];
  return [
    {
      name: `batchNorm ${name}`,
      shapes: [x, channels, channels],
      op: (rows, gamma, beta) => batchNorm(rows, gamma.flatten(), beta.flatten(), epsilon).y,
      reference: (rows, gamma, beta) => referenceBatchNorm(rows, gamma, beta, epsilon),
    },
    {
      name: `batchNorm ${name}, without scale and shift`,
      shapes: [x],
      op: (rows) => batchNorm(rows, null, null, epsilon).y,
      reference: (rows) => referenceBatchNorm(rows, null, null, epsilon),
    },
    {
      name: `batchNorm ${name}, rectified`,
      shapes: [x, channels, channels],
      op: (rows, gamma, beta) => batchNorm(rows, gamma.flatten(), beta.flatten(), epsilon, { relu: true }).y,
      reference: (rows, gamma, beta) => rectified(referenceBatchNorm(rows, gamma, beta, epsilon)),
    },
    {
      name: `batchNorm ${name}, with a residual`,
      shapes: [x, channels, channels, x],
      op: (rows, gamma, beta, residual) => batchNorm(rows, gamma.flatten(), beta.flatten(), epsilon, { residual }).y,
      reference: (rows, gamma, beta, residual) => added(referenceBatchNorm(rows, gamma, beta, epsilon), residual),
    },
    {
      name: `batchNorm ${name}, with a residual, rectified`,
      shapes: [x, channels, x],
      op: (rows, gamma, residual) => batchNorm(rows, gamma.flatten(), null, epsilon, { residual, relu: true }).y,
      reference: (rows, gamma, residual) => rectified(added(referenceBatchNorm(rows, gamma, null, epsilon), residual)),
    },
    {
      name: `batchNorm ${name}, shifted only`,
      shapes: [x, channels],
      op: (rows, beta) => batchNorm(rows, null, beta.flatten(), epsilon).y,
      reference: (rows, beta) => referenceBatchNorm(rows, null, beta, epsilon),
    },
  ];
}

const rowsOf = (tensors: readonly tf.Tensor[]) =>
  tensors.map((tensor) => tensor.flatten()) as [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D];

function referenceNormalise({ shape, data }: Numbers, mean: Numbers, scale: Numbers, beta: Numbers): Numbers {
  const at = ({ data: values }: Numbers, place: number): number => values[place % values.length] ?? NaN;
  return { shape, data: data.map((value, place) => (value - at(mean, place)) * at(scale, place) + at(beta, place)) };
}

function normaliseCases(name: string, x: readonly number[]): Case[] {
  const channels = [x[x.length - 1] ?? NaN];
  return [
    {
      name: `normalise ${name}`,
      shapes: [x, channels, channels, channels],
      op: (rows, ...statistics) => normalise(rows, ...rowsOf(statistics)),
      reference: referenceNormalise,
    },
    {
      name: `normalise ${name}, rectified`,
      shapes: [x, channels, channels, channels],
      op: (rows, ...statistics) => normalise(rows, ...rowsOf(statistics), { relu: true }),
      reference: (rows, mean, scale, beta) => rectified(referenceNormalise(rows, mean, scale, beta)),
    },
    {
      name: `normalise ${name}, with a residual`,
      shapes: [x, channels, channels, channels, x],
      op: (rows, mean, scale, beta, residual) => normalise(rows, ...rowsOf([mean, scale, beta]), { residual }),
      reference: (rows, mean, scale, beta, residual) => added(referenceNormalise(rows, mean, scale, beta), residual),
    },
    {
      name: `normalise ${name}, with a residual, rectified`,
      shapes: [x, channels, channels, channels, x],
      op: (rows, mean, scale, beta, residual) =>
        normalise(rows, ...rowsOf([mean, scale, beta]), { residual, relu: true }),
      reference: (rows, mean, scale, beta, residual) =>
        rectified(added(referenceNormalise(rows, mean, scale, beta), residual)),
    },
  ];
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
  resizeCase('up', [9, 8]),
  resizeCase('down', [2, 4]),
  resizeCase('up and down', [3, 11]),
  resizeCase('to one cell', [1, 1]),
  resizeCase('to the same size', [4, 6]),
  ...normCases('of images', [4, 4, 3, 3], 1e-5),
  ...normCases('of rows', [7, 5], 1e-3),
  ...normCases('of sequences', [3, 4, 2], 1e-5),
  ...normaliseCases('of images', [2, 3, 4, 3]),
  ...normaliseCases('of rows', [7, 5]),
  {
    name: 'relu',
    shapes: [[3, 4, 5]],
    op: (x) => relu(x),
    reference: rectified,
  },
  {
    name: 'biasAdd',
    shapes: [[2, 3, 4, 5], [5]],
    op: (x, bias) => biasAdd(x, bias.flatten()),
    reference: ({ shape, data }, bias) => ({
      shape,
      data: data.map((value, place) => value + (bias.data[place % 5] ?? NaN)),
    }),
  },
  {
    name: 'biasAdd of rows',
    shapes: [[4, 3], [3]],
    op: (x, bias) => biasAdd(x, bias.flatten()),
    reference: ({ shape, data }, bias) => ({
      shape,
      data: data.map((value, place) => value + (bias.data[place % 3] ?? NaN)),
    }),
  },
];

function toTensor({ shape, data }: Numbers): tf.Tensor {
  return tf.tensor(Float32Array.from(data), [...shape]);
}

/** Far enough from each other that a small step changes no maximum and no sign. */
function spacedInputs({ name, shapes }: Case): Numbers[] {
  const random = createRandom(14).fork(name);
  return shapes.map((shape) => {
    const { data } = zeros(shape);
    const order = Uint32Array.from(data, (_, index) => index);
    random.shuffle(order);
    return { shape, data: data.map((_, index) => Math.fround((((order[index] ?? NaN) + 0.5) / data.length) * 4 - 2)) };
  });
}

/** Central differences of `sum(reference(inputs) * upstream)` for one input. */
function centralDifferences(
  reference: Case['reference'],
  inputs: readonly Numbers[],
  which: number,
  upstream: Numbers,
): Float64Array {
  const step = 1e-5;
  const loss = (place: number, change: number): number => {
    const moved = inputs.map(({ shape, data }, index) => {
      return { shape, data: index === which ? data.map((value, at) => (at === place ? value + change : value)) : data };
    });
    return reference(...moved).data.reduce((sum, value, index) => sum + value * (upstream.data[index] ?? NaN), 0);
  };
  return (inputs[which]?.data ?? new Float64Array()).map((_, place) => {
    return (loss(place, step) - loss(place, -step)) / (2 * step);
  });
}

/** The first number that is too far off, in words; an empty list when there is none. */
function differencesBetween(found: ArrayLike<number>, expected: Float64Array): string[] {
  if (found.length !== expected.length) return [`${found.length} numbers instead of ${expected.length}`];
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
  const wrong = expected.findIndex((value, place) => !(Math.abs((found[place] ?? NaN) - value) <= 2e-5 * scale));
  return wrong < 0 ? [] : [`${found[wrong]} instead of ${expected[wrong]} at ${wrong}`];
}

describe.each(KINDS)('on the engine %s', (kind) => {
  beforeAll(async () => {
    await startEngine(kind);
  });

  test.each(CASES)('$name: value and gradients', async (each) => {
    const inputs = spacedInputs(each);
    const expected = each.reference(...inputs);
    const upstream = { shape: expected.shape, data: expected.data.map((_, place) => Math.fround(Math.sin(place + 1))) };
    await expectNoLeak(() => {
      const tensors = inputs.map(toTensor);
      const value = tf.tidy(() => each.op(...tensors));
      expect(value.shape).toEqual(expected.shape);
      expect(differencesBetween(value.dataSync(), expected.data)).toEqual([]);
      const dy = toTensor(upstream);
      const gradients = tf.grads(each.op)(tensors, dy);
      for (const [which, gradient] of gradients.entries()) {
        expect(gradient.shape).toEqual(inputs[which]?.shape);
        const slopes = centralDifferences(each.reference, inputs, which, upstream);
        expect(differencesBetween(gradient.dataSync(), slopes)).toEqual([]);
      }
      return [tensors, value, dy, gradients].flat();
    });
  });

  test('ops leave nothing behind but what they return', async () => {
    const x = tf.ones<tf.Rank.R4>([2, 6, 6, 4]);
    const filter = tf.ones<tf.Rank.R4>([3, 3, 4, 2]);
    const half = tf.ones<tf.Rank.R4>([3, 3, 2, 2]);
    const single = tf.ones<tf.Rank.R4>([3, 3, 1, 4]);
    const gamma = tf.ones<tf.Rank.R1>([4]);
    const strided = { strides: [2, 2], padding: AROUND } as const;
    await expectNoLeak(() => conv2d(x, filter, strided));
    await expectNoLeak(() => depthwiseConv2d(x, filter, strided));
    await expectNoLeak(() => groupedConv2d(x, half, 2, strided));
    await expectNoLeak(() => groupedConv2d(x, single, 4, strided));
    await expectNoLeak(() => maxPool(x, { size: [2, 2], padding: AROUND }));
    await expectNoLeak(() => avgPool(x, { size: [2, 2], padding: AROUND, countIncludePad: false }));
    await expectNoLeak(() => resizeBilinear(x, [5, 5]));
    await expectNoLeak(() => relu(x));
    await expectNoLeak(() => biasAdd(x, gamma));
    await expectNoLeak(() => Object.values(batchNorm(x, gamma, null, 1e-5, { residual: x, relu: true })));
    await expectNoLeak(() => Object.values(batchNorm(x, null, gamma, 1e-5)));
    await expectNoLeak(() => normalise(x, gamma, gamma, gamma, { residual: x, relu: true }));
    tf.dispose([x, filter, half, single, gamma]);
    expect(x.isDisposed).toBe(true);
  });

  test('the first of equal values takes the gradient of a maximum', async () => {
    await expectNoLeak(() => {
      const x = tf.tensor4d([1, 1, 0, 1, 1, 1, 0, 0, 0], [1, 3, 3, 1]);
      const gradient = tf.grad((images) => maxPool(as4D(images), { size: [2, 2], strides: [1, 1] }).sum())(x);
      expect([...gradient.dataSync()]).toEqual([1, 1, 0, 1, 1, 0, 0, 0, 0]);
      return [x, gradient];
    });
  });

  test('the gradient of a rectifier is zero at zero', async () => {
    await expectNoLeak(() => {
      const x = tf.tensor1d([-1, 0, 2]);
      const gradient = tf.grad((values: tf.Tensor) => relu(values).sum())(x);
      expect([...gradient.dataSync()]).toEqual([0, 0, 1]);
      return [x, gradient];
    });
  });

  test('batch norm gives the mean and the biased variance, far from zero too', async () => {
    await expectNoLeak(() => {
      const x = tf.tensor2d([1001, -3, 1003, -3, 1005, -3, 1007, -3], [4, 2]);
      const { y, mean, variance } = batchNorm(x, null, null, 1e-3);
      expect([...mean.dataSync()]).toEqual([1004, -3]);
      expect([...variance.dataSync()]).toEqual([5, 0]);
      expect(y.dataSync()[1]).toBe(0);
      return [x, y, mean, variance];
    });
  });

  test('many rows are summed without losing digits', async () => {
    await expectNoLeak(() => {
      const random = createRandom(3);
      const values = Float32Array.from({ length: 60_000 }, () => 100 + random.normal());
      const x = tf.tensor2d(values, [20_000, 3]);
      const { y, mean, variance } = batchNorm(x, null, null, 1e-5);
      for (let channel = 0; channel < 3; channel++) {
        const own = values.filter((_, place) => place % 3 === channel);
        const centre = own.reduce((total, value) => total + value, 0) / own.length;
        const spread = own.reduce((total, value) => total + (value - centre) ** 2, 0) / own.length;
        expect(mean.dataSync()[channel]).toBeCloseTo(centre, 3);
        expect(variance.dataSync()[channel]).toBeCloseTo(spread, 3);
      }
      return [x, y, mean, variance];
    });
  });
});
