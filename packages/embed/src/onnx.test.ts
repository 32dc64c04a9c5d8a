import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type Images, readFeatures, writeImages } from '@twoshot/artifact';
import { createRandom } from '@twoshot/engine/random';
import { runStage } from '@twoshot/stage/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import onnx from './onnx.js';
import { locateRuntime } from './onnx/install-runtime.js';
import { type MadeFile, type MadeValue, onnxFile, type Side } from './onnx/onnx-file.fixture.js';

let folder = '';
const side = 6;
const dim = 2;
const matrix = [0.5, -1, 0.25, 2, 1, -0.75];
const mean = [0.485, 0.456, 0.406];
const std = [0.229, 0.224, 0.225];

/** The mean of the pixels by a matrix, and one row per place. */
function encoder({
  batch = 'batch',
  height = side,
  width = side,
  last = false,
  ...more
}: {
  batch?: Side;
  height?: Side;
  width?: Side;
  last?: boolean;
  type?: number;
  extra?: readonly MadeValue[];
  external?: string;
} = {}): MadeFile {
  const { type = 1, extra = [], external } = more;
  const to = last ? [batch, height, width, 3] : [batch, 3, height, width];
  const channelsFirst = last ? 'first' : 'pixels';
  return {
    inputs: [{ name: 'pixels', shape: to, type }, ...extra],
    outputs: [
      { name: 'pooled', shape: [batch, dim] },
      { name: 'maps', shape: [batch, 'a', 'b', 'c'] },
    ],
    nodes: [
      ...(last ? [{ op: 'Transpose', from: ['pixels'], to: 'first', axes: [0, 3, 1, 2] }] : []),
      { op: 'GlobalAveragePool', from: [channelsFirst], to: 'means' },
      { op: 'Flatten', from: ['means'], to: 'flat' },
      { op: 'MatMul', from: ['flat', 'matrix'], to: 'pooled' },
      { op: 'Relu', from: ['pixels'], to: 'maps' },
    ],
    weights: [{ name: 'matrix', shape: [3, dim], values: matrix, ...(external === undefined ? {} : { external }) }],
  };
}

const random = createRandom(5);
const images: Images = {
  set: 'train',
  count: 5,
  height: side,
  width: side,
  channels: 3,
  index: Uint32Array.of(1, 4, 5, 9, 30),
  pixels: Uint8Array.from({ length: 5 * side * side * 3 }, () => random.integer(256)),
};

/** What the encoder computes, in double precision. */
function expected({ pixels, count }: Images = images): number[] {
  const area = side * side;
  return Array.from({ length: count }, (_, image) => {
    const means = [0, 1, 2].map((channel) => {
      let sum = 0;
      for (let at = 0; at < area; at++)
        sum += (pixels[(image * area + at) * 3 + channel]! / 255 - mean[channel]!) / std[channel]!;
      return sum / area;
    });
    return Array.from({ length: dim }, (_v, feature) =>
      means.reduce((sum, value, channel) => sum + value * matrix[channel * dim + feature]!, 0),
    );
  }).flat();
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

const close = (values: readonly number[]): unknown[] => values.map((value) => expect.closeTo(value, 5));

async function put(name: string, made: MadeFile | Uint8Array | string): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, typeof made === 'string' || made instanceof Uint8Array ? made : onnxFile(made));
  return path;
}

let stored = '';
const extract = async (
  path: string,
  params: object = {},
): ReturnType<typeof runStage<typeof onnx.params, typeof onnx.inputs, typeof onnx.outputs>> =>
  runStage(onnx, { params: { path, output: 'pooled', runtime: 'wasm', ...params }, inputs: { images: [stored] } });

async function valuesOf(path: string, params: object = {}): Promise<number[]> {
  const { outputs } = await extract(path, params);
  return [...(await readFeatures(outputs.features)).values];
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onnx-'));
  vi.stubEnv('TWOSHOT_CACHE', join(folder, 'cache'));
  stored = join(folder, 'images');
  await mkdir(stored);
  await writeImages(stored, images);
  // What an installation leaves, from the packages that are here.
  const { modules } = locateRuntime('wasm');
  await mkdir(modules, { recursive: true });
  const require = createRequire(import.meta.url);
  for (const file of [require.resolve('onnxruntime-web'), require.resolve('onnxruntime-common')]) {
    const at = file.replace(/\/dist\/.*$/, '');
    await symlink(at, join(modules, basename(at)));
  }
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

test('features are what the network computes, whatever the batch and the layout', async () => {
  const free = await put('free.onnx', encoder({ height: 'h', width: 'w' }));
  const { outputs, logs, progress } = await extract(free, { batch: 2, size: side });
  const { rows, dim: found, values } = await readFeatures(outputs.features);
  expect([found, rows.sets, [...rows.index]]).toEqual([dim, ['train'], [...images.index]]);
  expect([...values]).toEqual(close(expected()));
  expect(logs).toContain("free.onnx: images of 6 pixels (nchw), features from 'pooled'");
  expect(progress.at(-1)).toMatchObject({ step: 5, total: 5 });
  for (const made of [encoder(), encoder({ batch: 2 }), encoder({ last: true }), encoder({ last: true, batch: 1 })])
    expect(await valuesOf(await put('other.onnx', made))).toEqual(close(expected()));
});

test('pixels are scaled as they are told, and maps become their mean', async () => {
  const path = await put('scaled.onnx', encoder());
  const bytes = await valuesOf(path, { pixels: 'bytes', output: 'maps' });
  expect(bytes).toHaveLength(15);
  expect(sum(bytes) / 15).toBeCloseTo(sum([...images.pixels]) / images.pixels.length, 2);
  const own = await valuesOf(path, { mean, std });
  expect(own).toEqual(await valuesOf(path, { preset: 'dinov2' }));
  expect(await valuesOf(path, { preset: 'clip' })).not.toEqual(own);
  // Its mean is that of its mirror image.
  expect(await valuesOf(path, { mirror: true })).toEqual(close(expected()));
});

test('weights in files of their own count in a folder', async () => {
  const file = await put('large/model.onnx', encoder({ external: 'model.onnx_data' }));
  await expect(extract(file)).rejects.toThrow('it keeps weights in model.onnx_data, and model.onnx_data is missing');
  await put('large/model.onnx_data', new Uint8Array(Float32Array.from(matrix).buffer));
  await expect(extract(file)).rejects.toThrow(
    /set `path` to the folder of these files, .*large, so that all of them count/,
  );
  expect(await valuesOf(dirname(file))).toEqual(close(expected()));
  await put('large/again.onnx', encoder());
  await expect(extract(dirname(file))).rejects.toThrow('expected one .onnx file in');
  const outside = await put('outside.onnx', encoder({ external: '../secret' }));
  await expect(extract(outside)).rejects.toThrow('it keeps weights in ../secret, outside of its folder');
});

test.each<[string, () => MadeFile | string, object, RegExp]>([
  [
    'no such output',
    encoder,
    { output: 'tokens' },
    /no output 'tokens'; its outputs are pooled float32 \[batch, 2\], maps float32 \[batch, 3, 6, 6\]/,
  ],
  [
    'several outputs',
    encoder,
    { output: null },
    /set `output` to the one with the features: pooled float32 \[batch, 2\], maps/,
  ],
  [
    'another size',
    encoder,
    { size: 8 },
    /`size` is 8, and the encoder takes images of 6 pixels only \(pixels float32 \[batch, 3, 6, 6\]\)/,
  ],
  [
    'a second input',
    () => encoder({ extra: [{ name: 'input_ids', shape: ['n', 77], type: 7 }] }),
    {},
    /expected one input, the images, found 2: .*input_ids int64 \[n, 77\]\. Export the image encoder alone/,
  ],
  ['half precision', () => encoder({ type: 10 }), {}, /cannot open it|expected images as float32/],
  ['another layout', encoder, { layout: 'nhwc' }, /expected 3 channels, found pixels float32 \[batch, 3, 6, 6\]/],
  [
    'images that are not square',
    () => encoder({ width: 8 }),
    {},
    /expected square images, found pixels float32 \[batch, 3, 6, 8\]/,
  ],
  ['two numbers for three channels', encoder, { mean: [0, 0] }, /`mean`: expected 3 numbers, one per channel, found 2/],
  [
    'a pointer of Git LFS',
    () => 'version https://git-lfs.github.com/spec/v1\n',
    {},
    /expected an ONNX file, found a pointer of Git LFS/,
  ],
  ['a file of PyTorch', () => 'PK\u0003\u0004', {}, /found a ZIP archive, as PyTorch writes; export the network/],
  ['text', () => 'no network', {}, /expected an ONNX file, found bytes that are no ONNX/],
  ['a graph that does not fit', () => ({ ...encoder(), nodes: [] }), {}, /onnxruntime cannot open it/],
])('%s is told', async (_, made, params, says) => {
  const refused = extract(await put('refused.onnx', made()), params);
  await expect(refused).rejects.toMatchObject({ name: 'StageInputError' });
  await expect(refused).rejects.toThrow(says);
});

test('figures name the file', () => {
  expect(onnx.outside?.({ path: '/models/dinov2.onnx' } as never)).toBe('dinov2.onnx (an ONNX file)');
});
