import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { conv2d, tf } from '../index.js';
import { createRandom } from '../random.js';
import { engineUnderTest } from '../engine-under-test.js';
import { startEngine } from '../start.js';
import { expectNoLeak } from '../testing.js';
import { float32, runKernels, shapeTensor, text, whole } from './native-kernel.js';

const calls: string[] = [];
const watched = { restore: () => {} };

/** Notes the names of the kernels that run. */
function watch(): void {
  const backend: object = tf.backend();
  const original = Reflect.get(backend, 'executeMultipleOutputs') as (name: string, ...rest: unknown[]) => unknown;
  Reflect.set(backend, 'executeMultipleOutputs', (name: string, ...rest: unknown[]) => {
    calls.push(name);
    return original.call(backend, name, ...rest);
  });
  watched.restore = () => Reflect.deleteProperty(backend, 'executeMultipleOutputs');
}

afterEach(() => {
  watched.restore();
  calls.length = 0;
});

const attributes = [
  float32(),
  whole('strides', [1, 1, 1, 1]),
  text('padding', 'SAME'),
  whole('dilations', [1, 1, 1, 1]),
  text('data_format', 'NHWC'),
];

function normal(shape: [number, number, number, number], seed: number, scale = 1): tf.Tensor4D {
  const random = createRandom(seed);
  const size = shape.reduce((product, length) => product * length);
  return tf.tensor4d(
    Float32Array.from({ length: size }, () => scale * random.normal()),
    shape,
  );
}

/** Largest difference as a share of the largest value. */
function difference(found: tf.Tensor, expected: tf.Tensor): number {
  return tf.tidy(() => tf.div(tf.max(tf.abs(tf.sub(found, expected))), tf.max(tf.abs(expected))).dataSync()[0] ?? NaN);
}

const around = [
  [1, 1],
  [1, 1],
] as const;

/** The kernels are those of the native engine on a processor. */
describe.runIf(engineUnderTest() === 'native')('on the native engine', () => {
  beforeAll(async () => {
    await startEngine('native');
  });

  test.each([
    { batch: 16, height: 4, width: 4, channels: 16, outputs: 16 },
    { batch: 3, height: 16, width: 16, channels: 64, outputs: 64 },
    { batch: 2, height: 14, width: 19, channels: 32, outputs: 48 },
    { batch: 5, height: 8, width: 12, channels: 48, outputs: 80 },
    { batch: 70, height: 4, width: 8, channels: 80, outputs: 144 },
    { batch: 20, height: 7, width: 7, channels: 272, outputs: 256 },
  ])('$batch x $height x $width, $channels to $outputs channels: as TensorFlow, with both gradients', async (shape) => {
    const { batch, height, width, channels, outputs } = shape;
    await expectNoLeak(() => {
      const x = normal([batch, height, width, channels], 1);
      const filter = normal([3, 3, channels, outputs], 2, 0.1);
      const dy = normal([batch, height, width, outputs], 3);
      watch();
      const gradients = tf.grads((images, weights) =>
        conv2d(images.as4D(batch, height, width, channels), weights.as4D(3, 3, channels, outputs), { padding: around }),
      );
      const y = conv2d(x, filter, { padding: around });
      const [dx, dfilter] = gradients([x, filter], dy) as [tf.Tensor, tf.Tensor];
      expect(calls.filter((name) => name.startsWith('Twoshot'))).toHaveLength(4);
      watched.restore();
      const [expectedY] = runKernels<[tf.Tensor]>('Conv2D', attributes, [x, filter], 1);
      const inputs = [shapeTensor(x.shape), filter, dy];
      const [expectedDx] = runKernels<[tf.Tensor]>('Conv2DBackpropInput', attributes, inputs, 1);
      const sides = [x, shapeTensor(filter.shape), dy];
      const [expectedFilter] = runKernels<[tf.Tensor]>('Conv2DBackpropFilter', attributes, sides, 1);
      expect(difference(y, expectedY)).toBeLessThan(5e-6);
      expect(difference(dx, expectedDx)).toBeLessThan(5e-6);
      expect(difference(dfilter, expectedFilter)).toBeLessThan(5e-6);
      tf.dispose([x, filter, dy, y, dx, dfilter, expectedY, expectedDx, expectedFilter, inputs[0]!, sides[1]!]);
      return [];
    });
  });

  test('the same numbers give the same result, bit by bit', () => {
    const x = normal([9, 12, 12, 32], 1);
    const filter = normal([3, 3, 32, 64], 2);
    const run = (): Float32Array[] =>
      tf.tidy(() => {
        const { value, grads } = tf.variableGrads(() => {
          const y = conv2d(x, weights, { padding: around });
          return tf.sum(tf.square(y));
        }, [weights]);
        return [value, ...Object.values(grads)].map((tensor) => tensor.dataSync() as Float32Array);
      });
    const weights = tf.variable<tf.Rank.R4>(filter);
    expect(run()).toEqual(run());
    tf.dispose([x, filter, weights]);
  });

  test.each([
    ['few channels', [16, 16, 16, 3], [3, 3, 3, 16], [1, 1]],
    ['a stride', [16, 16, 16, 16], [3, 3, 16, 16], [2, 2]],
    ['tiles that are mostly empty', [16, 5, 5, 16], [3, 3, 16, 16], [1, 1]],
    ['few tiles', [1, 8, 8, 16], [3, 3, 16, 16], [1, 1]],
  ] as const)('%s: left to TensorFlow', (_, images, size, strides) => {
    const x = normal([...images], 1);
    const filter = normal([...size], 2);
    watch();
    conv2d(x, filter, { padding: around, strides }).dispose();
    expect(calls).toEqual(['Conv2D']);
    tf.dispose([x, filter]);
  });
});
