import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Checkpoint } from '../checkpoint.js';
import { checkpointFolder } from './checkpoint-folder.js';

let root = '';
let folder = '';
const warnings: string[] = [];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'checkpoints-'));
  folder = join(root, 'work');
  warnings.length = 0;
});
afterEach(() => rm(root, { recursive: true }));

const open = (part = 'training', { seconds = 0, sharesCheckpoints = false, name = 'work' } = {}) =>
  checkpointFolder({ folder: join(root, name), sharesCheckpoints, seconds }, part, (line) => warnings.push(line));
const any = (): boolean => true;

const at = (step: number): Checkpoint => ({
  step,
  values: new Map<string, Float32Array | Float64Array>([
    ['weights layer.weight', Float32Array.of(step, 0.1, -0)],
    ['curve loss', Float64Array.of(1 / 3, Number.NaN, Infinity)],
    ['empty', new Float32Array(0)],
  ]),
});

test('what was saved comes back to the bit, the last one first', async () => {
  const checkpoints = open();
  expect(await checkpoints.load(any)).toBeNull();
  expect(await readdir(root)).toEqual([]);
  for (const step of [3, 4, 5]) await checkpoints.save(at(step));
  expect(await open().load(any)).toEqual(at(5));
  expect(await open().load(({ step }) => step < 5)).toEqual(at(4));
  expect(await open().load(({ step }) => step < 4)).toBeNull();
  expect(await readdir(folder)).toHaveLength(2);
});

test('parts do not see each other, whatever they are called', async () => {
  await open('head').save(at(1));
  await open('head.2/..').save(at(2));
  expect([await open('head').load(any), await open('head.2/..').load(any)]).toEqual([at(1), at(2)]);
  expect(await open('whole').load(any)).toBeNull();
});

test('a torn or changed file is passed over for the one before it, or for none', async () => {
  const checkpoints = open();
  for (const step of [1, 2]) await checkpoints.save(at(step));
  const [older, newer] = (await readdir(folder)).sort().map((name) => join(folder, name));
  await truncate(newer!, (await readFile(newer!)).length - 1);
  expect(await open().load(any)).toEqual(at(1));
  const bytes = await readFile(older!);
  bytes[bytes.length - 20]! ^= 1;
  await writeFile(older!, bytes);
  expect(await open().load(any)).toBeNull();
  await writeFile(older!, '');
  expect(await open().load(any)).toBeNull();
  await checkpoints.save(at(3));
  expect(await open().load(any)).toEqual(at(3));
});

test('what a killed process was writing is removed', async () => {
  await open().save(at(1));
  await writeFile(join(folder, '0123abcd-0123-0123-0123-0123456789ab.draft'), 'half');
  await open().save(at(2));
  expect((await readdir(folder)).filter((name) => name.endsWith('.draft'))).toEqual([]);
});

test('the furthest of work of the same kind counts, its end too', async () => {
  await open('training', { name: 'short' }).save(at(5), true);
  await open('training', { name: 'long' }).save(at(9));
  await open().save(at(3));
  expect(await open().load(any)).toEqual(at(3));
  const shared = open('training', { sharesCheckpoints: true });
  expect(await shared.load(any)).toEqual(at(9));
  expect(await shared.load(({ step }) => step <= 6)).toEqual(at(5));
  expect(await shared.load(({ step }) => step <= 4)).toEqual(at(3));
  expect(await open('head', { sharesCheckpoints: true }).load(any)).toBeNull();
});

test('a place that cannot be written to is told once and does no harm', async () => {
  await writeFile(folder, 'a file');
  const checkpoints = open();
  await checkpoints.save(at(1));
  await checkpoints.save(at(2));
  expect(warnings).toEqual([expect.stringContaining('No checkpoint could be written')]);
});

test('none is due before its time', () => {
  const checkpoints = open('training', { seconds: 1000 });
  expect([checkpoints.isDue(false), checkpoints.isDue(true)]).toEqual([false, false]);
  expect(open().isDue(false)).toBe(true);
});
