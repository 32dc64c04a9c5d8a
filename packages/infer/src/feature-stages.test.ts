// @module-tag slow
import { startEngineUnderTest } from '@twoshot/engine/testing';
import { digestArtifact, type Predictions, readPredictions } from '@twoshot/artifact';
import { runStage } from '@twoshot/stage/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import bdCspn from './bd-cspn.js';
import knn from './knn.js';
import laplacianShot from './laplacian-shot.js';
import logisticRegression from './logistic-regression.js';
import matching from './matching.js';
import otMapping from './ot-mapping.js';
import prototype from './prototype.js';
import ptMap from './pt-map.js';
import tim from './tim.js';
import { blobs, classNames, cloudOf, firstRows, labelsOf, storedFeatures, storedLabels } from './blobs.fixture.js';

beforeAll(async () => {
  await startEngineUnderTest();
});

interface Run {
  readonly inputs: { readonly reference: string; readonly query: string; readonly labels: string };
  readonly seed?: number;
}

const stages = {
  'bd-cspn': (run: Run) => runStage(bdCspn, run),
  knn: (run: Run) => runStage(knn, run),
  'laplacian-shot': (run: Run) => runStage(laplacianShot, run),
  'logistic-regression': (run: Run) => runStage(logisticRegression, run),
  matching: (run: Run) => runStage(matching, run),
  'ot-mapping': (run: Run) => runStage(otMapping, run),
  prototype: (run: Run) => runStage(prototype, run),
  'pt-map': (run: Run) => runStage(ptMap, run),
  tim: (run: Run) => runStage(tim, run),
};

async function wired(queries = 30): Promise<{ reference: string; query: string; labels: string }> {
  return {
    reference: await storedFeatures(blobs('train', 90)),
    query: await storedFeatures(firstRows(blobs('test', 30), queries)),
    labels: await storedLabels(labelsOf('train', 6)),
  };
}

function rightShare({ values, rows }: Predictions): number {
  let right = 0;
  for (let row = 0; row < rows.count; row++) {
    const own = [...values.subarray(row * 3, row * 3 + 3)];
    if (own.indexOf(Math.max(...own)) === cloudOf(row)) right++;
  }
  return right / rows.count;
}

describe.each(Object.entries(stages))('infer/%s', (_, answer) => {
  test('predicts query and reference rows of clouds correctly, as probabilities', async () => {
    const { outputs } = await answer({ inputs: await wired() });
    for (const [dir, set, count] of [
      [outputs.predictions, 'test', 30],
      [outputs.reference, 'train', 90],
    ] as const) {
      const predictions = await readPredictions(dir);
      expect(predictions).toMatchObject({ classNames, scale: 'probabilities' });
      expect(predictions.rows).toMatchObject({ count, sets: [set] });
      expect(rightShare(predictions)).toBeGreaterThan(0.9);
      for (let row = 0; row < count; row++)
        expect(predictions.values.subarray(row * 3, row * 3 + 3).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
    }
  });

  test('is deterministic, and reads no seed', async () => {
    const inputs = await wired();
    const [one, two] = [await answer({ inputs }), await answer({ inputs, seed: 9 })];
    expect(await digestArtifact(two.outputs.predictions)).toBe(await digestArtifact(one.outputs.predictions));
    expect(one.reads).toMatchObject({ seed: false, provenance: [] });
  });

  test('the prediction of a query row is independent of other queries', async () => {
    const all = await readPredictions((await answer({ inputs: await wired() })).outputs.predictions);
    const some = await readPredictions((await answer({ inputs: await wired(7) })).outputs.predictions);
    expect(some.values).toEqual(all.values.slice(0, 7 * 3));
  });

  test('refuses labels of other rows, a class without a row, a single class, NaN, and another space', async () => {
    const inputs = await wired();
    const withLabels = async (labels: Parameters<typeof storedLabels>[0]) =>
      answer({ inputs: { ...inputs, labels: await storedLabels(labels) } });
    await expect(withLabels(labelsOf('val', 6))).rejects.toThrow(
      "none of the 6 labelled rows (of 'val') is among the 90 rows of test.reference (of 'train')",
    );
    await expect(withLabels(labelsOf('train', 6, [...classNames, 'elm']))).rejects.toThrow("labelled 'elm'");
    await expect(withLabels({ ...labelsOf('train', 1), classNames: ['ash'] })).rejects.toThrow('at least two classes');
    const broken = blobs('train', 90);
    broken.values[6 * 40 + 3] = Number.NaN;
    await expect(answer({ inputs: { ...inputs, reference: await storedFeatures(broken) } })).rejects.toThrow(
      'test.reference: expected finite features, got NaN in row 40, column 3',
    );
    const narrow = await storedFeatures({ ...blobs('test', 6), dim: 3, values: new Float32Array(18) });
    await expect(answer({ inputs: { ...inputs, query: narrow } })).rejects.toMatchObject({
      code: 'dimensions-differ',
    });
  });
});

test('laplacian-shot needs more reference rows than neighbours', async () => {
  const inputs = await wired();
  await expect(runStage(laplacianShot, { inputs, params: { neighbours: 90 } })).rejects.toMatchObject({
    code: 'too-few-rows',
  });
});

test.each(['bd-cspn', 'ot-mapping', 'pt-map', 'tim'] as const)('%s needs unlabelled rows', async (name) => {
  const inputs = { ...(await wired()), labels: await storedLabels(labelsOf('train', 90)) };
  await expect(stages[name]({ inputs })).rejects.toMatchObject({ code: 'no-unlabelled-row' });
});

test('pt-map follows the given class proportions, and needs one per class', async () => {
  const inputs = await wired();
  const { outputs } = await runStage(ptMap, {
    inputs,
    params: { prior: 'given', shares: [0.6, 0.3, 0.1], lambda: 3, iterations: 0 },
  });
  const { values } = await readPredictions(outputs.reference);
  const mass = [0, 0, 0];
  for (const [i, value] of values.entries()) mass[i % 3]! += value / 90;
  expect(mass[0]!).toBeGreaterThan(mass[1]!);
  expect(mass[1]!).toBeGreaterThan(mass[2]!);
  await expect(runStage(ptMap, { inputs, params: { prior: 'given', shares: [1, 1] } })).rejects.toMatchObject({
    code: 'wrong-shares',
  });
});

test('pt-map with an estimated prior finds classes of unequal size', async () => {
  const all = blobs('train', 150, 0.2);
  // Only every fifth row of the third cloud remains.
  const kept = Array.from({ length: 150 }, (_, row) => row).filter((row) => row < 6 || row % 3 < 2 || row % 15 === 2);
  const values = Float32Array.from(kept.flatMap((row) => [...all.values.subarray(row * 6, row * 6 + 6)]));
  const index = Uint32Array.from(kept, (row) => 5 * row + 2);
  const rows = { ...all.rows, count: kept.length, index, set: new Uint8Array(kept.length) };
  const inputs = { ...(await wired()), reference: await storedFeatures({ rows, dim: 6, values }) };
  const run = async (prior: 'uniform' | 'estimated'): Promise<number> => {
    const { logs } = await runStage(ptMap, { inputs, params: { prior } });
    return Number(/cedar ([\d.]+)/.exec(logs.join())![1]);
  };
  const actual = kept.filter((row) => row % 3 === 2).length / kept.length;
  expect(await run('uniform')).toBeCloseTo(1 / 3, 2);
  expect(Math.abs((await run('estimated')) - actual)).toBeLessThan(0.1);
});
