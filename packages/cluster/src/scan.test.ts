// @module-tag slow
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  digestArtifact,
  type Features,
  type Neighbours,
  readAssignments,
  readModel,
  rowsOf,
  writeFeatures,
  writeNeighbours,
} from '@twoshot/artifact';
import { tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { startEngineUnderTest } from '@twoshot/engine/testing';
import { runStage } from '@twoshot/stage/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import scan from './scan.js';

const [groups, each, dim, k] = [4, 60, 8, 5];
const count = groups * each;
let folder = '';

/** Groups of rows around a centre each; row r belongs to group r mod 4. */
function groupedFeatures(): Features {
  const random = createRandom(4);
  const centres = Array.from({ length: groups * dim }, () => 3 * random.normal());
  const values = Float32Array.from(
    { length: count * dim },
    (_, at) => 50 + centres[(Math.floor(at / dim) % groups) * dim + (at % dim)]! + 0.7 * random.normal(),
  );
  return {
    rows: rowsOf(
      'train',
      Uint32Array.from({ length: count }, (_, i) => 2 * i),
    ),
    dim,
    values,
  };
}

/** Each row's neighbours are other rows of its group, but for one in ten; some have fewer than k. */
function groupedNeighbours({ rows }: Features): Neighbours {
  const random = createRandom(5);
  const position = Int32Array.from({ length: count * k }, (_, at) => {
    const row = Math.floor(at / k);
    if (at % k === k - 1 && row % 7 === 0) return -1;
    if (random.next() < 0.1) return random.integer(count);
    return (row + groups * (1 + random.integer(each - 1))) % count;
  });
  return { rows, reference: rows, k, position, similarity: new Float32Array(count * k).fill(0.9) };
}

async function written(name: string, write: (dir: string) => Promise<void>): Promise<string> {
  const dir = join(folder, name);
  await mkdir(dir);
  await write(dir);
  return dir;
}

const inputs = { features: '', neighbours: '' };
const params = { clusters: groups, heads: 3, hidden: 0, steps: 100, batch: 128, selfLabelSteps: 40 };

beforeAll(async () => {
  await startEngineUnderTest();
  folder = await mkdtemp(join(tmpdir(), 'scan-'));
  const features = groupedFeatures();
  inputs.features = await written('features', (dir) => writeFeatures(dir, features));
  inputs.neighbours = await written('neighbours', (dir) => writeNeighbours(dir, groupedNeighbours(features)));
});
afterAll(() => rm(folder, { recursive: true }));

/** Fraction of rows in the most common group of their cluster. */
function purity(cluster: Int32Array): number {
  const votes = new Map<string, number>();
  for (const [row, one] of cluster.entries()) {
    const key = `${one} ${row % groups}`;
    votes.set(key, (votes.get(key) ?? 0) + 1);
  }
  let right = 0;
  for (const one of new Set(cluster))
    right += Math.max(...Array.from({ length: groups }, (_, group) => votes.get(`${one} ${group}`) ?? 0));
  return right / cluster.length;
}

test.each([{ hidden: 0 }, { hidden: 16 }])('finds the groups that neighbours belong to, %o', async (shape) => {
  const { outputs, progress } = await runStage(scan, { params: { ...params, ...shape }, inputs });
  const { rows, partitions } = await readAssignments(outputs.assignments);
  expect(rows.index[1]).toBe(2);
  expect(partitions.map(({ name }) => name)).toEqual(['scan-1', 'scan-2', 'scan-3']);
  const [best] = partitions;
  expect(purity(best!.cluster)).toBeGreaterThan(0.98);
  expect(new Set(best!.cluster).size).toBe(groups);
  const qualities = partitions.map(({ quality }) => quality!);
  expect(qualities).toEqual(qualities.toSorted((a, b) => b - a));
  expect(best!.probabilities!.subarray(0, groups).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
  expect(new Set(progress.map(({ phase }) => phase))).toEqual(new Set(['neighbours', 'self-labels']));
});

test('the loss falls, and the model names the clusters of the features that it is given', async () => {
  const { outputs } = await runStage(scan, { params, inputs });
  const { curves, weights } = await readModel(outputs.model);
  expect(curves['loss']!.at(-1)![1]).toBeLessThan(curves['loss']![0]![1] - 0.5);
  const { partitions } = await readAssignments(outputs.assignments);
  const { values } = groupedFeatures();
  const [mean, scale] = [weights.get('head.mean')!.data, weights.get('head.scale')!.data[0]!];
  const [weight, bias] = [weights.get('head.head.weight')!.data, weights.get('head.head.bias')!.data];
  const logits = Array.from({ length: groups }, (_, c) =>
    mean.reduce((sum, m, d) => sum + (values[d]! - m) * scale * weight[c * dim + d]!, bias[c]!),
  );
  expect(logits.indexOf(Math.max(...logits))).toBe(partitions[0]!.cluster[0]);
});

async function digests(seed: number): Promise<string[]> {
  const { outputs } = await runStage(scan, { params: { ...params, steps: 20 }, inputs, seed });
  return Promise.all([digestArtifact(outputs.assignments), digestArtifact(outputs.model)]);
}

test('the same seed gives the same digest, another seed another one', async () => {
  const first = await digests(1);
  expect(await digests(1)).toEqual(first);
  expect((await digests(2))[0]).not.toBe(first[0]);
});

test('leaves no tensor behind', async () => {
  const before = tf.memory().numTensors;
  await runStage(scan, { params: { ...params, steps: 5, selfLabelSteps: 5 }, inputs });
  expect(tf.memory().numTensors).toBe(before);
});

test('a graph over other rows and a feature that is not finite are refused, the row being named', async () => {
  const features = groupedFeatures();
  const other = { ...features, rows: rowsOf('test', features.rows.index) };
  const foreign = await written('foreign', (dir) => writeNeighbours(dir, groupedNeighbours(other)));
  await expect(runStage(scan, { params, inputs: { ...inputs, neighbours: foreign } })).rejects.toThrow('other rows');
  features.values[3 * dim + 1] = Number.NaN;
  const broken = await written('broken', (dir) => writeFeatures(dir, features));
  await expect(runStage(scan, { params, inputs: { ...inputs, features: broken } })).rejects.toThrow('row 3');
});

test('the result is the same however often it is killed, in either phase', async () => {
  const { outputs } = await runStage(scan, { params, inputs });
  const checkpoints = join(folder, 'checkpoints', 'own');
  for (const [part, at] of [
    ['neighbours', 60],
    ['self-labels', 20],
  ] as const) {
    const onProgress = ({ step, phase }: { step: number; phase?: string }): void => {
      if (phase === part && step === at) throw new Error('killed');
    };
    await expect(runStage(scan, { params, inputs, checkpoints, onProgress })).rejects.toThrow('killed');
  }
  const last = await runStage(scan, { params, inputs, checkpoints });
  expect(last.logs).toContain('neighbours resumed at step 100 of 100');
  expect(last.logs).toContain('self-labels resumed at step 19 of 40');
  expect(await digestArtifact(last.outputs.model)).toBe(await digestArtifact(outputs.model));
  expect(await digestArtifact(last.outputs.assignments)).toBe(await digestArtifact(outputs.assignments));
});
