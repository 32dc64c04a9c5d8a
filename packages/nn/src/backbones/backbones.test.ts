import { tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { startEngineUnderTest } from '@twoshot/engine/testing';
import { beforeAll, expect, test } from 'vitest';
import {
  type BackboneArchitecture,
  createBackbone,
  disposeModule,
  networkArchitecture,
  readBackboneArchitecture,
} from '../index.js';

beforeAll(async () => {
  await startEngineUnderTest();
});

const recipe = { name: 'conv-residual', channels: 3, stem: 'conv', stemWidth: 16, widths: [64, 128, 256] } as const;
const known = { stem: null, width: null, depths: null, stemWidth: 16, widths: [] };
const cases: [BackboneArchitecture, { dim: number; parameters: number }][] = [
  // 3x3 filters and two norm values a channel, added up by hand.
  [
    { name: 'conv4', channels: 3, width: 64 },
    { dim: 64, parameters: 27 * 64 + 3 * 9 * 64 * 64 + 4 * 128 },
  ],
  [
    { name: 'resnet9', channels: 3, width: 64 },
    { dim: 512, parameters: 6_568_000 },
  ],
  // 4,652,008 with a linear layer for 1,000 classes.
  [networkArchitecture('efficientnet-lite0', 3, known), { dim: 1280, parameters: 4_652_008 - 1_281_000 }],
  [recipe, { dim: 256, parameters: 1_117_264 }],
  // 11,173,962 with a linear layer for 10 classes.
  [networkArchitecture('resnet18', 3, known), { dim: 512, parameters: 11_173_962 - 5130 }],
  [networkArchitecture('wrn-28-2', 3, known), { dim: 128, parameters: 1_467_610 - 1290 }],
];

test.each(cases)('$name has its width and parameters', (architecture, { dim, parameters }) => {
  const backbone = createBackbone(architecture, createRandom(1));
  const images = tf.zeros<tf.Rank.R4>([2, 20, 20, 3]);
  const features = tf.tidy(() => backbone.forward(images, { training: true }).shape);
  expect(features).toEqual([2, dim]);
  expect(backbone.dim).toBe(dim);
  expect(backbone.parameters.reduce((sum, { variable }) => sum + variable.size, 0)).toBe(parameters);
  images.dispose();
  disposeModule(backbone);
});

test('the same seed gives the same weights, another seed others', () => {
  const [one, same, other] = [1, 1, 2].map((seed) => {
    const backbone = createBackbone(recipe, createRandom(seed));
    const [first] = backbone.parameters.map(({ variable }) => variable.dataSync());
    disposeModule(backbone);
    return first;
  });
  expect(same).toEqual(one);
  expect(other).not.toEqual(one);
});

test('a whitened first layer makes patches of views uncorrelated and is never trained', async () => {
  const backbone = createBackbone({ ...recipe, stem: 'whitened', stemWidth: 54 }, createRandom(1));
  const stem = backbone.parameters.find(({ name }) => name === 'stem.conv.weight')!;
  expect(stem.trainable).toBe(false);
  // Neighbouring pixels are alike, as in images.
  const noise = tf.randomNormal<tf.Rank.R4>([64, 12, 12, 3], 0, 1, 'float32', 7);
  const views = tf.avgPool(noise, 3, 1, 'same').mul<tf.Tensor4D>(8);
  await backbone.fit!(views);
  const products = tf.tidy(() => {
    const filter = stem.variable as unknown as tf.Tensor4D;
    const half = tf.slice(filter, [0, 0, 0, 0], [3, 3, 3, 27]);
    const whitened = tf.conv2d(views, half, 1, 'valid').reshape<tf.Tensor2D>([-1, 27]);
    return tf.matMul(whitened, whitened, true).div(whitened.shape[0]).arraySync() as number[][];
  });
  const between = products.flatMap((row, i) => row.filter((_, j) => i !== j));
  expect(Math.max(...between.map(Math.abs))).toBeLessThan(0.02);
  expect(Math.max(...products.map((row, i) => row[i]!))).toBeLessThanOrEqual(1.001);
  expect(products[0]![0]).toBeGreaterThan(0.98);
  tf.dispose([noise, views]);
  disposeModule(backbone);
});

test('an unknown backbone is refused with the known ones', () => {
  expect(() => readBackboneArchitecture({ name: 'alexnet' })).toThrow(
    'conv4, conv-residual, densenet, efficientnet-lite, resnet, resnet9, se-resnet, wide-resnet',
  );
  expect(() => readBackboneArchitecture(null)).toThrow('found null');
  expect(readBackboneArchitecture({ ...recipe })).toEqual(recipe);
});
