// @module-tag slow
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  digestArtifact,
  type Images,
  type Labels,
  readPredictions,
  rowsOf,
  writeImages,
  writeLabels,
  writeModel,
} from '@twoshot/artifact';
import { tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { startEngineUnderTest } from '@twoshot/engine/testing';
import {
  backbonePart,
  classifierPart,
  clusteringHeadPart,
  createPart,
  inductionPart,
  matchingPart,
  type Parts,
  relationPart,
  savedParts,
  siamesePart,
} from '@twoshot/model';
import { disposeModule } from '@twoshot/nn';
import { runStage } from '@twoshot/stage/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import classify from './classify.js';
import episodic from './episodic.js';

const [side, channels] = [8, 2];
const classNames = ['first', 'second'];
let folder = '';
let made = 0;
let train = '';
let later = '';
let labels = '';

async function written(write: (dir: string) => Promise<void>): Promise<string> {
  const dir = join(folder, String(made++));
  await mkdir(dir);
  await write(dir);
  return dir;
}

/** Image i is bright in channel i mod 2. */
function images(set: string, count: number): Images {
  const random = createRandom(7);
  const pixels = Uint8Array.from({ length: count * side * side * channels }, (_, at) => {
    const image = Math.floor(at / (side * side * channels));
    return (at % channels === image % 2 ? 180 : 20) + random.integer(40);
  });
  const index = Uint32Array.from({ length: count }, (_, i) => i);
  return { set, count, height: side, width: side, channels, index, pixels };
}

const architecture = { name: 'conv4', channels, width: 6 } as const;
const backbone = () => createPart(backbonePart, { takes: 'images', architecture }, createRandom(3));

async function stored(parts: Parts): Promise<string> {
  const dir = await written(async (path) =>
    writeModel(path, {
      ...(await savedParts(parts)),
      preparation: {
        size: 16,
        resize: 'stretch',
        channels,
        normalise: { mean: [0.5, 0.5], std: [0.3, 0.3] },
        mirror: true,
      },
      recipe: {},
      curves: {},
    }),
  );
  for (const { module } of Object.values(parts)) disposeModule(module);
  return dir;
}

beforeAll(async () => {
  await startEngineUnderTest();
  folder = await mkdtemp(join(tmpdir(), 'images-'));
  train = await written((dir) => writeImages(dir, images('train', 8)));
  later = await written((dir) => writeImages(dir, images('later', 5)));
  const given: Labels = {
    rows: rowsOf('train', Uint32Array.of(0, 1, 3)),
    classNames,
    label: Int32Array.of(0, 1, 1),
    weight: Float32Array.of(1, 1, 1),
    source: 'given',
    origin: null,
  };
  labels = await written((dir) => writeLabels(dir, given));
});
afterAll(() => rm(folder, { recursive: true }));

const heads = {
  matching: () => createPart(matchingPart, { architecture: { dim: 6, temperature: 0.05 } }, createRandom(1)),
  siamese: () => createPart(siamesePart, { architecture: { dim: 6, hidden: 4 } }, createRandom(1)),
  relation: () => createPart(relationPart, { architecture: { channels: 6, width: 4, hidden: 3 } }, createRandom(1)),
  induction: () => createPart(inductionPart, { architecture: { dim: 6, iterations: 3, slices: 4 } }, createRandom(1)),
};

test.each(Object.entries(heads))('a %s head classifies every image independently of its batch', async (_, head) => {
  const model = await stored({ backbone: backbone(), head: head() });
  const before = tf.memory().numTensors;
  const run = async (batch: number, query: string[]): Promise<Float32Array> => {
    const { outputs } = await runStage(episodic, {
      params: { batch },
      inputs: { model, reference: train, query, labels },
    });
    const { values, rows, scale } = await readPredictions(outputs.predictions);
    expect(rows.count).toBe(values.length / 2);
    if (scale === 'probabilities')
      for (let row = 0; row < rows.count; row++) expect(values[2 * row]! + values[2 * row + 1]!).toBeCloseTo(1, 5);
    return values;
  };
  const all = await run(100, [later, train]);
  expect(tf.memory().numTensors).toBe(before);
  for (const [at, value] of (await run(2, [later])).entries()) expect(value).toBeCloseTo(all[at]!, 4);
});

test('by matching, images get the class that they look like, with untrained weights', async () => {
  const model = await stored({ backbone: backbone(), head: heads.matching() });
  const { outputs } = await runStage(episodic, { inputs: { model, reference: train, query: [later], labels } });
  const { values } = await readPredictions(outputs.predictions);
  for (let row = 0; row < 5; row++) expect(values[2 * row]! > values[2 * row + 1]!).toBe(row % 2 === 0);
});

test('a classifier needs no labels; crops change its predictions slightly and follow the seed', async () => {
  const classifier = createPart(classifierPart, { architecture: { dim: 6, classNames } }, createRandom(2));
  const model = await stored({ backbone: backbone(), classifier });
  const run = (params: object, seed = 1) =>
    runStage(classify, { params, inputs: { model, images: [train, later] }, seed });
  const whole = await run({});
  const { rows, values, classNames: named } = await readPredictions(whole.outputs.predictions);
  expect({ named, sets: rows.sets, count: rows.count }).toEqual({
    named: classNames,
    sets: ['train', 'later'],
    count: 13,
  });
  expect(values[0]! + values[1]!).toBeCloseTo(1, 5);
  expect(whole.reads.seed).toBe(false);
  const digest = async (params: object, seed: number): Promise<string> =>
    digestArtifact((await run(params, seed)).outputs.predictions);
  const crops = await digest({ crops: 2 }, 1);
  expect(await digest({ crops: 2 }, 1)).toBe(crops);
  expect(await digest({ crops: 2 }, 2)).not.toBe(crops);
  expect(crops).not.toBe(await digestArtifact(whole.outputs.predictions));
});

test('a clustering head is named by the labelled images', async () => {
  const head = createPart(clusteringHeadPart, { architecture: { dim: 6, hidden: 0, clusters: 2 } }, createRandom(11));
  const model = await stored({ backbone: backbone(), head });
  const unnamed = runStage(classify, { inputs: { model, images: [later] } });
  await expect(unnamed).rejects.toThrow(/predicts clusters, not classes: wire `labels`/);
  const { outputs, logs } = await runStage(classify, { inputs: { model, images: [later], labels, reference: train } });
  expect(logs[0]).toMatch(/^clusters: (first, second|second, first)$/);
  const { values } = await readPredictions(outputs.predictions);
  for (let row = 0; row < 5; row++) expect(values[2 * row]! + values[2 * row + 1]!).toBeCloseTo(1, 5);
});

test('a model without the required part lists its parts', async () => {
  const classifier = createPart(classifierPart, { architecture: { dim: 6, classNames } }, createRandom(2));
  const model = await stored({ backbone: backbone(), classifier });
  const compare = runStage(episodic, { inputs: { model, reference: train, query: [later], labels } });
  await expect(compare).rejects.toThrow(
    /has no siamese-head or relation-head or matching-head or induction-head; its parts are backbone \(backbone\), classifier \(classifier\)/,
  );
  const named = runStage(classify, { params: { part: 'clasifier' }, inputs: { model, images: [later] } });
  await expect(named).rejects.toThrow("has no classifier or clustering-head of the name 'clasifier'");
  const alone = createPart(
    clusteringHeadPart,
    { takes: 'features', architecture: { dim: 6, hidden: 0, clusters: 2 } },
    createRandom(1),
  );
  const featuresOnly = runStage(classify, { inputs: { model: await stored({ head: alone }), images: [later] } });
  await expect(featuresOnly).rejects.toThrow(/cannot classify images: its part 'head' takes features/);
});
