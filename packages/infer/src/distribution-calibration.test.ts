import { startEngineUnderTest } from '@twoshot/engine/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestArtifact, readPredictions, type Rows, rowsOf, writeAssignments } from '@twoshot/artifact';
import { runStage } from '@twoshot/stage/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blobs, cloudOf, labelsOf, storedFeatures, storedLabels } from './blobs.fixture.js';
import calibration from './distribution-calibration.js';

const folders: string[] = [];
beforeAll(() => startEngineUnderTest());
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

async function storedClusters(rows: Rows): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'clusters-'));
  folders.push(folder);
  const cluster = Int32Array.from({ length: rows.count }, (_, row) => cloudOf(row));
  await writeAssignments(folder, {
    rows,
    partitions: [{ name: 'clouds', clusters: 3, cluster, probabilities: null, quality: null }],
  });
  return folder;
}

const positive = (set: string, count: number) => {
  const features = blobs(set, count);
  return { ...features, values: features.values.map((value) => Math.max(value, 0)) };
};

async function wired() {
  const reference = positive('train', 90);
  return {
    reference: await storedFeatures(reference),
    query: await storedFeatures(positive('test', 30)),
    labels: await storedLabels(labelsOf('train', 3)),
    assignments: await storedClusters(reference.rows),
  };
}

test('one label per cloud predicts its rows correctly, and the same seed the same', async () => {
  const inputs = await wired();
  const [one, two] = [await runStage(calibration, { inputs }), await runStage(calibration, { inputs })];
  for (const [dir, count] of [
    [one.outputs.predictions, 30],
    [one.outputs.reference, 90],
  ] as const) {
    const { values, rows } = await readPredictions(dir);
    expect(rows.count).toBe(count);
    const right = Array.from({ length: count }, (_, row) => row).filter((row) => {
      const own = [...values.subarray(row * 3, row * 3 + 3)];
      return own.indexOf(Math.max(...own)) === cloudOf(row);
    });
    expect(right.length / count).toBeGreaterThan(0.9);
  }
  expect(await digestArtifact(two.outputs.predictions)).toBe(await digestArtifact(one.outputs.predictions));
  expect(one.reads.seed).toBe(true);
});

test('negative features need power 1, and clusters must be of the reference', async () => {
  const inputs = {
    ...(await wired()),
    query: await storedFeatures({ ...blobs('test', 3), values: new Float32Array(18).fill(-1) }),
  };
  await expect(runStage(calibration, { inputs })).rejects.toThrow("at least 0 for Tukey's power 0.5, got -1 in row 0");
  const { outputs } = await runStage(calibration, { inputs, params: { tukeyLambda: 1 } });
  expect((await readPredictions(outputs.predictions)).values.every(Number.isFinite)).toBe(true);
  const assignments = await storedClusters(rowsOf('val', Uint32Array.of(1, 2, 3)));
  await expect(runStage(calibration, { inputs: { ...inputs, assignments } })).rejects.toMatchObject({
    code: 'rows-differ',
  });
});
