import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeModel } from '@twoshot/artifact';
import { createRandom } from '@twoshot/engine/random';
import { engineUnderTest } from '@twoshot/engine/testing';
import { startEngine } from '@twoshot/engine';
import { backbonePart, classifierPart, createPart, savedParts } from '@twoshot/model';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Answer,
  csvAnswers,
  jsonAnswers,
  labelFolder,
  openPredictor,
  type Predictor,
  watchFolder,
} from './index.js';

const classNames = ['cat, grey', 'dog'];
const engine = engineUnderTest();
let folder = '';
let predictor: Predictor;

async function modelOf(
  channels: number,
  name: string,
  none?: { threshold: number },
): Promise<{ path: string; from: string }> {
  const random = createRandom(1);
  const architecture = { name: 'conv4', channels, width: 4 } as const;
  const backbone = createPart(backbonePart, { takes: 'images', architecture }, random);
  const classifier = createPart(classifierPart, { architecture: { dim: 4, classNames, none } }, random);
  const path = join(folder, name);
  await mkdir(path);
  const preparation = { size: 16, resize: 'stretch', channels, normalise: null, mirror: false } as const;
  await writeModel(path, { ...(await savedParts({ backbone, classifier })), preparation, recipe: {}, curves: {} });
  return { path, from: name };
}

const image = (red: number): Promise<Buffer> =>
  sharp({ create: { width: 40, height: 30, channels: 3, background: { r: red, g: 90, b: 30 } } })
    .png()
    .toBuffer();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'predict-'));
  await startEngine(engine);
  predictor = await openPredictor(await modelOf(3, 'colour'), { engine, resize: 'cover' });
});
afterAll(async () => {
  predictor.dispose();
  await rm(folder, { recursive: true });
});

async function camera(name: string, files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, 'inner'), { recursive: true });
  for (const [file, content] of Object.entries(files)) await writeFile(join(path, file), content);
  return path;
}

const signal = (): AbortSignal => new AbortController().signal;

async function labelled(path: string): Promise<{ answers: Answer[]; warnings: string[] }> {
  const warnings: string[] = [];
  const answers: Answer[] = [];
  const options = { signal: signal(), warn: (line: string) => warnings.push(line) };
  for await (const answer of labelFolder(predictor, path, options)) answers.push(answer);
  return { answers, warnings };
}

test('the images of a folder are labelled in the order of their paths; what cannot be read says why', async () => {
  const whole = await image(200);
  const path = await camera('mixed', {
    'inner/b.png': whole,
    'a.png': await image(10),
    'half.png': whole.subarray(0, 60),
    'note.txt': 'no image',
    'raw.heic': 'another format',
  });
  const { answers, warnings } = await labelled(path);
  expect(answers.map(({ file }) => file)).toEqual(['a.png', 'half.png', 'inner/b.png']);
  expect(answers[1]).toEqual({ file: 'half.png', fault: 'PNG, but damaged or truncated' });
  expect(warnings).toEqual(['raw.heic is left out: not JPEG, PNG, WebP, GIF, TIFF']);
  const [first, , last] = answers as readonly Extract<Answer, { label: string }>[];
  expect(first!.probabilities).not.toEqual(last!.probabilities);
  expect(first!.confidence).toBe(Math.max(...first!.probabilities));
  expect(first!.label).toBe(classNames[first!.probabilities.indexOf(first!.confidence)]);
});

test('a model that can tell says none of these where that is likelier than its threshold', async () => {
  const path = await camera('strange', { 'a.png': await image(10) });
  const answers = async (threshold: number): Promise<readonly [readonly string[], Answer]> => {
    const own = await openPredictor(await modelOf(3, `none-${threshold}`, { threshold }), { engine, resize: 'cover' });
    const [answer] = await own.label([{ file: 'a.png', path: join(path, 'a.png') }]);
    own.dispose();
    return [own.answers, answer!];
  };
  const [possible, always] = await answers(0);
  expect(possible).toEqual([...classNames, 'none of these']);
  const { probabilities } = always as Extract<Answer, { label: string }>;
  expect(probabilities.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
  expect(always).toMatchObject({ label: 'none of these', confidence: probabilities[2] });
  const [, never] = await answers(1);
  expect(never).toMatchObject({
    label: expect.not.stringContaining('none'),
    confidence: expect.closeTo(Math.max(probabilities[0]!, probabilities[1]!), 5),
  });
});

test('answers are lines of CSV with the names as they are, or JSON', () => {
  const answer = {
    file: 'a "b".png',
    label: 'cat, grey',
    confidence: 0.75,
    probabilities: Float32Array.of(0.75, 0.25),
  };
  const fault = { file: 'c.png', fault: 'an empty file' };
  const csv = csvAnswers(classNames);
  expect(csv.head).toBe('file,label,confidence,"p(cat, grey)",p(dog)');
  expect(csv.line(answer)).toBe('"a ""b"".png","cat, grey",0.7500,0.7500,0.2500');
  expect(csv.line(fault)).toBeNull();
  // No name is a formula to a spreadsheet.
  const named = { ...answer, file: '=1+1.png', label: '@cat' };
  expect(csv.line(named)).toBe("./=1+1.png,'@cat,0.7500,0.7500,0.2500");
  const json = jsonAnswers(classNames);
  expect(json.head).toBeNull();
  expect(JSON.parse(json.line(answer)!)).toEqual({
    ...answer,
    probabilities: { 'cat, grey': 0.75, dog: 0.25 },
  });
  expect(JSON.parse(json.line(fault)!)).toEqual({ file: 'c.png', error: 'an empty file' });
});

test('what is no folder of images, and a model for other images, is refused', async () => {
  await expect(labelled(join(folder, 'nowhere'))).rejects.toThrow('nowhere does not exist');
  await expect(labelled(join(folder, 'colour/model.json'))).rejects.toThrow('model.json is not a folder');
  await expect(labelled(await camera('empty', { 'a.txt': '' }))).rejects.toThrow('There is no image (JPEG, PNG');
  await expect(openPredictor(await modelOf(1, 'grey'), { engine, resize: 'cover' })).rejects.toThrow(
    'takes images of 1 channels, the images here have 3',
  );
});

test('a watched folder is labelled as images come, whole or not, until it is aborted', async () => {
  const path = await camera('watched', { 'old.png': await image(90), '.hidden.png': await image(80) });
  const abort = new AbortController();
  const answers = watchFolder(predictor, path, { signal: abort.signal, stable: 20 });
  const next = async (): Promise<Answer> => (await answers.next()).value as Answer;
  const old = await next();
  expect(old).toMatchObject({ file: 'old.png', label: expect.any(String) });
  const whole = await image(250);
  await writeFile(join(path, 'inner/new.png'), whole.subarray(0, 50));
  expect(await next()).toEqual({ file: 'inner/new.png', fault: 'PNG, but damaged or truncated' });
  await writeFile(join(path, 'note.txt'), 'no image');
  await writeFile(join(path, 'inner/new.png'), whole);
  expect(await next()).toMatchObject({ file: 'inner/new.png', label: expect.any(String) });
  abort.abort();
  expect((await answers.next()).done).toBe(true);
  expect(await readFile(join(path, 'inner/new.png'))).toEqual(whole);
});
