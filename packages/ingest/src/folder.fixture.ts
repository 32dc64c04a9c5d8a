import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { positionsAmong, readFiles, readImages, readLabels, readSubset } from '@twoshot/artifact';
import { type TestResult, runStage } from '@twoshot/stage/testing';
import sharp, { type Sharp } from 'sharp';
import { afterEach, beforeEach, expect } from 'vitest';
import folder from './folder.js';

/** A workspace of each test. */
export let dir = '';

/** Gives every test of a file a workspace. */
export function useWorkspace(): void {
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'twoshot-folder-'));
  });
  afterEach(() => rm(dir, { recursive: true }));
}

export type Result = TestResult<typeof folder.outputs>;

/** Runs the stage on the folder `pics`. */
export const run = (params: object = {}): Promise<Result> =>
  runStage(folder, { params: { path: 'pics', ...params }, workspace: dir });

/** Writes a file into the folder `pics`. */
export async function put(file: string, content: Sharp | string | Uint8Array): Promise<void> {
  const path = join(dir, 'pics', file);
  await mkdir(dirname(path), { recursive: true });
  await (typeof content === 'string' || content instanceof Uint8Array
    ? writeFile(path, content)
    : content.toFile(path));
}

export const plain = (background: string, width = 40, height = 30): Sharp =>
  sharp({ create: { width, height, channels: 3, background } });

/** Left half red, right half blue, wider than high. */
export async function halves(): Promise<Sharp> {
  const right = await plain('blue', 20, 20).png().toBuffer();
  return plain('red', 40, 20).composite([{ input: right, left: 20, top: 0 }]);
}

/** Two classes of two images, and three without a label. */
export async function putSmallFolder(): Promise<void> {
  for (const name of ['cat/1.png', 'cat/2.png']) await put(name, plain('red'));
  for (const name of ['dog/1.png', 'dog/2.png']) await put(name, plain('blue'));
  for (const name of ['a.png', 'unlabelled/b.png', 'unlabelled/deep/c.png']) await put(name, plain('lime'));
}

/** Its files. */
export const small = [
  'a.png',
  'cat/1.png',
  'cat/2.png',
  'dog/1.png',
  'dog/2.png',
  'unlabelled/b.png',
  'unlabelled/deep/c.png',
];

/** Files of a part, sorted. */
export async function filesOf({ outputs }: Result, part: 'train' | 'test'): Promise<string[]> {
  const { rows: known, file } = await readFiles(outputs.files);
  expect([...known.index]).toEqual([...(await readImages(outputs.images)).index]);
  const { rows } = await readSubset(outputs[part]);
  return Array.from(positionsAmong(rows, known), (at) => file[at]!).sort();
}

/** Pixels of one image. */
export async function pixelsOf({ outputs }: Result, name: string): Promise<Uint8Array> {
  const { file } = await readFiles(outputs.files);
  const { height, width, pixels } = await readImages(outputs.images);
  const at = file.indexOf(name);
  return pixels.subarray(at * height * width * 3, (at + 1) * height * width * 3);
}

/** File and class name of every labelled image, by file. */
export async function labelled({ outputs }: Result, port: 'labels' | 'truth' = 'labels'): Promise<string[][]> {
  const { rows: known, file } = await readFiles(outputs.files);
  const { rows, label, classNames } = await readLabels(outputs[port]);
  const place = positionsAmong(rows, known);
  const found = Array.from(label, (one, row) => [file[place[row]!]!, classNames[one]!]);
  return found.sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
}
