import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Model, readModelDocument, writeModel } from '@twoshot/artifact';
import { tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { startEngineUnderTest } from '@twoshot/engine/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  backbonePart,
  classifierPart,
  clusteringHeadPart,
  copyPart,
  createPart,
  featuresOf,
  inductionPart,
  matchingPart,
  mlpPart,
  openModel,
  outputOf,
  type Parts,
  prototypesPart,
  relationPart,
  savedParts,
  siamesePart,
  whiteningPart,
} from './index.js';

let folder = '';
beforeAll(async () => {
  await startEngineUnderTest();
  folder = await mkdtemp(join(tmpdir(), 'model-'));
});
afterAll(() => rm(folder, { recursive: true }));

const random = createRandom(4);
const architecture = { name: 'conv4', channels: 1, width: 4 } as const;
const everyPart = (): Parts => ({
  backbone: createPart(backbonePart, { takes: 'images', architecture }, random),
  space: createPart(whiteningPart, { architecture: { dim: 4, components: 3, unit: true } }, random),
  projector: createPart(mlpPart, { takes: 'space', architecture: { widths: [3, 5, 2] } }, random),
  classifier: createPart(classifierPart, { takes: 'space', architecture: { dim: 3, classNames: ['a', 'b'] } }, random),
  clusters: createPart(clusteringHeadPart, { architecture: { dim: 4, hidden: 3, clusters: 5 } }, random),
  prototypes: createPart(prototypesPart, { architecture: { dim: 4, count: 6 } }, random),
  siamese: createPart(siamesePart, { architecture: { dim: 4, hidden: 2 } }, random),
  relation: createPart(relationPart, { architecture: { channels: 4, width: 3, hidden: 2 } }, random),
  matching: createPart(matchingPart, { architecture: { dim: 4, temperature: 0.1 } }, random),
  induction: createPart(inductionPart, { architecture: { dim: 4, iterations: 2, slices: 3 } }, random),
});

const origin: Pick<Model, 'preparation' | 'recipe' | 'curves'> = {
  preparation: { size: 16, resize: 'stretch', channels: 1, normalise: null, mirror: false },
  recipe: {},
  curves: {},
};

async function stored(name: string, parts: Parts): Promise<{ path: string; from: string }> {
  const path = await mkdtemp(join(folder, `${name}-`));
  await writeModel(path, { ...(await savedParts(parts)), ...origin });
  return { path, from: `${name}.model` };
}

test('every type of part is restored with its weights', async () => {
  const parts = everyPart();
  const input = await stored('all', parts);
  const model = await openModel(input);
  for (const [name, part] of Object.entries(parts)) {
    const again = model.anyPart(name);
    const values = (one: typeof part): number[][] =>
      [...one.module.parameters, ...one.module.buffers].map(({ variable }) => Array.from(variable.dataSync()));
    expect({ name, values: values(again) }).toEqual({ name, values: values(part) });
    expect(model.anyPart(name)).toBe(again);
  }
  const { parts: told } = await readModelDocument(input.path);
  expect(told['classifier']).toMatchObject({ type: 'classifier', takes: 'space', gives: { what: 'classes', dim: 2 } });
  expect(told['clusters']!.gives).toEqual({ what: 'clusters', dim: 5 });
  model.dispose();
});

test('the output of a part passes through all parts before it', async () => {
  const model = await openModel(await stored('path', everyPart()));
  const x = tf.ones<tf.Rank.R4>([2, 16, 16, 1]);
  expect(outputOf(model, 'projector')(x, { training: false }).shape).toEqual([2, 2]);
  expect(Object.keys(model.through('projector'))).toEqual(['backbone', 'space', 'projector']);
  expect(featuresOf(model, 3)).toBe('space');
  expect(() => featuresOf(model, 4)).toThrow(
    "gives features of 3 dimensions by its part 'space', the features here have 4",
  );
  x.dispose();
  model.dispose();
});

test('a copy has the same weights in its own variables', () => {
  const part = createPart(backbonePart, { takes: 'images', architecture }, random);
  const copy = copyPart(part);
  const [one, other] = [part, copy].map(({ module }) => module.parameters[0]!.variable);
  expect([...other!.dataSync()]).toEqual([...one!.dataSync()]);
  one!.assign(tf.zerosLike(one!));
  expect(other!.dataSync().some((value) => value !== 0)).toBe(true);
});

test.each([
  [
    'classifer',
    classifierPart,
    /^path.model has no part 'classifer', but classifier of the type classifier; its parts are backbone \(backbone\), classifier \(classifier\)/,
  ],
  ['space', classifierPart, /has a part 'space' of the type whitening where a classifier is needed/],
] as const)('%s is refused with what is there', async (name, type, message) => {
  const model = await openModel({ ...(await stored('path', everyPart())), from: 'path.model' });
  expect(() => model.part(name, type)).toThrow(message);
  model.dispose();
});

test('one of several heads has to be named', async () => {
  const model = await openModel(await stored('several', everyPart()));
  const heads = [classifierPart, clusteringHeadPart];
  expect(() => model.choose(heads, null)).toThrow(
    'has several parts that are a classifier or clustering-head; name one',
  );
  expect(model.choose(heads, 'clusters')).toBe('clusters');
  expect(() => model.choose(heads, 'siamese')).toThrow("has no classifier or clustering-head of the name 'siamese'");
  model.dispose();
});

test.each([
  [{ type: 'mlp', architecture: { widths: [3] } }, /cannot be built: expected at least two widths/],
  [{ type: 'classifier', architecture: { dim: 4, classNames: ['a'] } }, /expected at least two class names/],
  [{ type: 'siamese-head', architecture: { dim: 0.5, hidden: 2 } }, /expected an integer of at least 1 as dim/],
  [{ type: 'backbone', architecture: { name: 'conv5' } }, /expected a backbone of the name conv4, conv-residual/],
  [{ type: 'oracle', architecture: {} }, /has a part 'odd' of an unknown type oracle/],
])('a part that cannot be built is refused: %o', async (part, message) => {
  const input = await stored('odd', {});
  const odd = { ...part, takes: 'images', gives: { what: 'features', dim: 1 } };
  await writeFile(join(input.path, 'model.json'), JSON.stringify({ format: 2, parts: { odd }, ...origin }));
  const model = await openModel(input);
  expect(() => model.anyPart('odd')).toThrow(message);
});
