import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type BaseDocument, fillIn, keyOf, type Readable, type ReadSet } from '@twoshot/keys';
import { digestOf } from '@twoshot/artifact/canonical-json';
import type { Manifest } from './manifest.js';
import { artifactOf, reopened, temporaryStore, type TemporaryStore } from './directory/temporary-store.fixture.js';
import { sealed } from '@twoshot/artifact/sealed-json';
import { findResult } from './find-result.js';

let temporary: TemporaryStore;
beforeEach(async () => {
  temporary = await temporaryStore();
});
afterEach(() => temporary.remove());

const base: BaseDocument = {
  format: { key: 1, bundler: 'x' },
  stage: 'a/b',
  code: 'cafe',
  inputs: {},
  env: {},
  engine: null,
};

const now = (params: Readable['params']): Readable => ({
  params,
  external: {},
  instanceSeed: 'f00d',
  pipelineSeed: 0,
  graph: { pipeline: '', stages: [] },
  inputs: {},
});

const declared = { out: { kind: 'policy' } } as const;

const reading = (...params: string[]): ReadSet => ({
  params,
  seed: false,
  pipelineSeed: false,
  graph: false,
  provenance: [],
});

async function put(params: Readable['params'], reads: ReadSet, content: string): Promise<Manifest> {
  const { directory, digest } = await artifactOf(temporary, content);
  await temporary.store.putArtifact(digest, directory);
  const document = fillIn(base, reads, now(params));
  const manifest: Manifest = {
    format: 1,
    key: keyOf(document),
    document,
    reads,
    stage: 'x',
    run: 'r',
    finished: 0,
    seconds: 1,
    bytes: 1,
    peakMemory: 1,
    outputs: { out: { kind: 'policy', digest, holds: [], seen: [] } },
    metrics: {},
    code: { hash: 'cafe', modules: {}, packages: {} },
    causes: [],
  };
  await temporary.store.putResult(digestOf(base), manifest, 'log');
  return manifest;
}

const find = async (params: Readable['params']): Promise<string> => {
  const found = await findResult(temporary.store, declared, base, now(params));
  return found.state === 'miss' ? 'miss' : `${found.state} ${found.manifest.outputs['out']!.digest.slice(0, 6)}`;
};
const hit = ({ outputs }: Manifest): string => `hit ${outputs['out']!.digest.slice(0, 6)}`;

test('a result is found by what it read, whatever else changed', async () => {
  const one = await put({ mode: 'fast', steps: 5 }, reading('mode'), 'one');
  expect(await find({ mode: 'fast', steps: 99 })).toBe(hit(one));
  expect(await find({ mode: 'slow', steps: 5 })).toBe('miss');
});

test('a stage may read other params under other values', async () => {
  const fast = await put({ mode: 'fast', steps: 5 }, reading('mode'), 'fast');
  const slow = await put({ mode: 'slow', steps: 5 }, reading('mode', 'steps'), 'slow');
  expect(await find({ mode: 'fast', steps: 7 })).toBe(hit(fast));
  expect(await find({ mode: 'slow', steps: 5 })).toBe(hit(slow));
  expect(await find({ mode: 'slow', steps: 7 })).toBe('miss');
});

test('no hit without the manifest, and none with one that does not hold what its name says', async () => {
  const one = await put({ mode: 'fast' }, reading('mode'), 'one');
  await writeFile(temporary.places.manifest(one.key), sealed({ ...one, document: { ...one.document, code: 'beef' } }));
  expect(await find({ mode: 'fast' })).toBe('miss');
  await writeFile(temporary.places.manifest(one.key), JSON.stringify(one).slice(0, 40));
  expect(await find({ mode: 'fast' })).toBe('miss');
  await rm(temporary.places.manifest(one.key));
  expect(await find({ mode: 'fast' })).toBe('miss');
});

test('a result with other outputs than the stage declares is damaged', async () => {
  const one = await put({ mode: 'fast' }, reading('mode'), 'one');
  const { out } = one.outputs;
  for (const outputs of [{}, { out, more: out! }, { other: out! }, { out: { ...out!, kind: 'metrics' as const } }]) {
    await temporary.store.putResult(digestOf(base), { ...one, outputs: outputs as Manifest['outputs'] }, 'log');
    const found = await findResult(temporary.store, declared, base, now({ mode: 'fast' }));
    expect(found.state).toBe('damaged');
  }
});

test('an edited manifest is a miss that names its file, and the stage runs again', async () => {
  const one = await put({ mode: 'fast' }, reading('mode'), 'one');
  const other = await put({ mode: 'slow' }, reading('mode'), 'other');
  const path = temporary.places.manifest(one.key);
  const text = await readFile(path, 'utf8');
  for (const edited of [
    text.replace('"seconds":1', '"seconds":2'),
    text.replace(one.outputs['out']!.digest, other.outputs['out']!.digest),
    text.replace(/"outputs":\{.*?\}\}/, '"outputs":{}'),
    // With the digest over itself, but what it names leads out of the store, or to no date.
    sealed({ ...one, outputs: { out: { ...one.outputs['out']!, digest: '../../../elsewhere' } } }),
    sealed({ ...one, finished: 1e300 }),
    await readFile(temporary.places.manifest(other.key), 'utf8'),
    JSON.stringify(one),
  ]) {
    expect(edited).not.toBe(text);
    await writeFile(path, edited);
    const warnings: string[] = [];
    const again = await reopened(temporary.places.root, { warn: (line) => void warnings.push(line) });
    expect(await findResult(again, declared, base, now({ mode: 'fast' }))).toEqual({ state: 'miss' });
    expect(warnings).toEqual([expect.stringContaining(path)]);
  }
  await put({ mode: 'fast' }, reading('mode'), 'one');
  expect(await find({ mode: 'fast' })).toBe(hit(one));
});

test('a result whose artifact is gone is no hit', async () => {
  const one = await put({ mode: 'fast' }, reading('mode'), 'one');
  await rm(temporary.places.object(one.outputs['out']!.digest), { recursive: true });
  expect(await find({ mode: 'fast' })).toBe(`damaged ${one.outputs['out']!.digest.slice(0, 6)}`);
});

test('a read set that cannot be read leads nowhere', async () => {
  await put({ mode: 'fast' }, reading('mode'), 'one');
  const folder = temporary.places.readSets(digestOf(base));
  for (const name of await readdir(folder)) await writeFile(`${folder}/${name}`, '{"params"');
  expect(await find({ mode: 'fast' })).toBe('miss');
});
