import { tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { startEngineUnderTest } from '@twoshot/engine/testing';
import { beforeAll, expect, test } from 'vitest';
import { createBackbone, disposeModule, fromTorch, loadWeights, saveWeights, toTorch } from '../index.js';

beforeAll(async () => {
  await startEngineUnderTest();
});

const architecture = { name: 'conv4', channels: 3, width: 4 } as const;

test('filters are saved as [out, in, h, w] and matrices as [out, in]', () => {
  const filter = { shape: [1, 2, 3, 2], data: Float32Array.from({ length: 12 }, (_, i) => i) };
  const saved = toTorch(filter, 'filter');
  expect(saved.shape).toEqual([2, 3, 1, 2]);
  // [out 1, in 2, h 0, w 1] is [h 0, w 1, in 2, out 1] in memory.
  expect(saved.data[(3 + 2) * 2 + 1]).toBe((3 + 2) * 2 + 1);
  expect(fromTorch(saved, 'filter')).toEqual(filter);
  expect(toTorch({ shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }, 'matrix')).toEqual({
    shape: [3, 2],
    data: Float32Array.of(1, 4, 2, 5, 3, 6),
  });
});

test('a backbone that is loaded from saved weights computes the same features', async () => {
  const [first, second] = [1, 2].map((seed) => createBackbone(architecture, createRandom(seed)));
  const images = tf.randomNormal<tf.Rank.R4>([3, 16, 16, 3], 0, 1, 'float32', 5);
  const train = tf.tidy(() => first!.forward(images, { training: true }).dataSync());
  const weights = await saveWeights({ backbone: first! });
  loadWeights(second!, weights, 'backbone');
  const [one, other] = [first!, second!].map((backbone) =>
    tf.tidy(() => backbone.forward(images, { training: false }).dataSync()),
  );
  expect(other).toEqual(one);
  expect(one).not.toEqual(train);
  expect([...weights.keys()]).toContain('backbone.layer1.bn.running_mean');
  expect(weights.get('backbone.layer1.conv.weight')?.shape).toEqual([4, 3, 3, 3]);
  images.dispose();
  for (const backbone of [first!, second!]) disposeModule(backbone);
});

test('a weight that is missing or of another shape is named', async () => {
  const backbone = createBackbone(architecture, createRandom(1));
  const wider = createBackbone({ ...architecture, width: 5 }, createRandom(1));
  const weights = await saveWeights({ backbone });
  expect(() => loadWeights(wider, weights, 'backbone')).toThrow(
    'Weight backbone.layer1.conv.weight has shape [4, 3, 3, 3], expected [5, 3, 3, 3]',
  );
  weights.delete('backbone.layer2.bn.weight');
  expect(() => loadWeights(backbone, weights, 'backbone')).toThrow('no weight backbone.layer2.bn.weight');
  for (const module of [backbone, wider]) disposeModule(module);
});
