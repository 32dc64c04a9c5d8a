// @module-tag slow
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Images, type Preparation, writeModel } from '@twoshot/artifact';
import { tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { startEngineUnderTest } from '@twoshot/engine/testing';
import { exportOnnx } from '@twoshot/export';
import {
  backbonePart,
  classifierPart,
  createPart,
  imageClassifier,
  openModel,
  overViews,
  type Parts,
  savedParts,
  whiteningPart,
} from '@twoshot/model';
import { type BackboneArchitecture, networkArchitecture } from '@twoshot/nn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { examplePython } from './example-python.js';

/** Every kind of block, of few channels. */
const small = { stem: null, width: 8, depths: [1, 1], stemWidth: 16, widths: [] };
const classNames = ['a', 'b', 'c'];
const normalise = { mean: [0.4, 0.5, 0.6], std: [0.2, 0.25, 0.3] };

interface Case {
  readonly architecture: BackboneArchitecture;
  readonly size: number;
  readonly mirror?: boolean;
  readonly whitened?: boolean;
  /** Of a cosine classifier. */
  readonly scale?: number;
  readonly none?: { readonly threshold: number };
}

const cases: Readonly<Record<string, Case>> = {
  conv4: { architecture: { name: 'conv4', channels: 3, width: 8 }, size: 20, none: { threshold: 0.25 } },
  mirrored: { architecture: { name: 'conv4', channels: 3, width: 8 }, size: 17, mirror: true },
  resnet9: { architecture: { name: 'resnet9', channels: 3, width: 8 }, size: 16, scale: 10 },
  resnet18: { architecture: networkArchitecture('resnet18', 3, { ...small, stem: 'imagenet' }), size: 33 },
  resnet50: { architecture: networkArchitecture('resnet50', 3, small), size: 16 },
  'wrn-28-2': { architecture: networkArchitecture('wrn-28-2', 3, small), size: 16 },
  densenet121: { architecture: networkArchitecture('densenet121', 3, small), size: 16 },
  'se-resnext': { architecture: networkArchitecture('se-resnext101', 3, { ...small, width: 16 }), size: 16 },
  'efficientnet-lite': {
    architecture: { name: 'efficientnet-lite', channels: 3, width: 0.25, depth: 0.3 },
    size: 65,
    whitened: true,
  },
  'conv-residual': {
    architecture: { name: 'conv-residual', channels: 3, stem: 'whitened', stemWidth: 54, widths: [8, 8, 16] },
    size: 18,
  },
};

const python = examplePython();
let folder = '';
beforeAll(async () => {
  await startEngineUnderTest();
  folder = await mkdtemp(join(tmpdir(), 'onnx-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Weights and statistics of a network as if it had been trained, so that no output is near 0. */
function fill(parts: Parts): void {
  const random = createRandom(5);
  for (const { module } of Object.values(parts))
    for (const { name, variable } of [...module.parameters, ...module.buffers]) {
      const isMatrix = variable.rank > 1;
      const fan = Math.sqrt(variable.size / variable.shape.at(-1)!);
      const value = (): number =>
        isMatrix ? random.normal() / fan : name.endsWith('var') ? 0.5 + random.next() : random.normal() / 4;
      tf.tidy(() => variable.assign(tf.tensor(Float32Array.from({ length: variable.size }, value), variable.shape)));
    }
}

async function modelOf(name: string, { architecture, size, mirror = false, whitened = false, scale, none }: Case) {
  const random = createRandom(3);
  const backbone = createPart(backbonePart, { takes: 'images', architecture }, random);
  const { dim } = backbone.module;
  const space = createPart(whiteningPart, { architecture: { dim, components: 7, unit: true } }, random);
  const head = { dim: whitened ? 7 : dim, classNames, none, ...(scale === undefined ? {} : { scale }) };
  const takes = whitened ? 'space' : 'backbone';
  const classifier = createPart(classifierPart, { takes, architecture: head }, random);
  const parts: Parts = { backbone, ...(whitened && { space }), classifier };
  fill(parts);
  const preparation: Preparation = { size, resize: 'stretch', channels: 3, normalise, mirror };
  const path = join(folder, name);
  await mkdir(path);
  const document = { recipe: { outside: ['weights of somebody'] }, curves: {}, preparation };
  await writeModel(path, { ...(await savedParts(parts)), ...document });
  return { path, from: name, document };
}

/** What the models say of three images, as `twoshot predict` computes it. */
async function computed(model: { path: string; from: string }, size: number) {
  const random = createRandom(9);
  const pixels = new Uint8Array(3 * size * size * 3).map(() => random.integer(256));
  const images: Images = {
    set: 'new',
    count: 3,
    height: size,
    width: size,
    channels: 3,
    index: Uint32Array.of(0, 1, 2),
    pixels,
  };
  const opened = await openModel(model);
  const { preparation, logits } = imageClassifier(opened, { training: false });
  const probabilities = overViews(images, preparation, [0, 3], { forward: (x) => tf.softmax(logits(x)) });
  const plain = overViews(images, preparation, [0, 3], { forward: logits });
  opened.dispose();
  const shown = preparation.mirror ? probabilities.map(Math.log) : plain;
  return { shape: [3, size, size, 3], pixels: [...pixels], logits: [...shown], probabilities: [...probabilities] };
}

test.skipIf(python === null)(
  'onnxruntime computes what Twoshot does from an exported model, whatever its network',
  async () => {
    const compared = [];
    for (const [name, one] of Object.entries(cases)) {
      const model = await modelOf(name, one);
      const file = join(folder, `${name}.onnx`);
      await exportOnnx(model, file, folder);
      compared.push({ name, file, ...(await computed(model, one.size)) });
    }
    const list = join(folder, 'cases.json');
    await writeFile(list, JSON.stringify(compared));
    const script = resolve('test/examples/compare_onnx.py');
    const printed = execFileSync(python!, [script, list], { encoding: 'utf8' });
    const differences = JSON.parse(printed) as Record<string, Record<string, number>>;
    expect(Object.keys(differences)).toEqual(Object.keys(cases));
    for (const [name, found] of Object.entries(differences))
      for (const [what, difference] of Object.entries(found))
        expect({ name, what, near: difference < 1e-4, difference }).toEqual({ name, what, near: true, difference });
    for (const { logits } of compared) expect(Math.max(...logits.map(Math.abs))).toBeGreaterThan(0.05);
  },
);
