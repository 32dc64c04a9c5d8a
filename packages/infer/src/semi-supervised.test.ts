import {
  type Features,
  type Labels,
  readLabels,
  readPredictions,
  rowsOf,
  writeFiles,
  writeNeighbours,
} from '@twoshot/artifact';
import { startEngineUnderTest } from '@twoshot/engine/testing';
import { matrixOf, nearestNeighbours, nearestTo, normaliseRows } from '@twoshot/geometry';
import { runStage } from '@twoshot/stage/testing';
import { beforeAll, expect, test } from 'vitest';
import { blobs, classNames, cloudOf, freshFolder, labelsOf, storedFeatures, storedLabels } from './blobs.fixture.js';
import semiSupervised from './semi-supervised.js';

beforeAll(() => startEngineUnderTest());

/** At unit length around their centre, as the stage takes them. */
function unit(features: Features): Features {
  const centred = { ...features, values: features.values.map((value) => value - 0.63) };
  const { data } = normaliseRows(matrixOf(centred.rows.count, centred.dim, centred.values));
  return { ...centred, values: data };
}

const points = ({ rows, dim, values }: Features) => matrixOf(rows.count, dim, values);

async function wired(reference: Features, query: Features, labels: Labels) {
  const [graph, links, files] = await Promise.all([freshFolder(), freshFolder(), freshFolder()]);
  const rows = reference.rows;
  await writeNeighbours(graph, { rows, reference: rows, ...(await nearestNeighbours(points(reference), 8)) });
  await writeNeighbours(links, {
    rows: query.rows,
    reference: rows,
    ...(await nearestTo(points(reference), points(query), 8)),
  });
  const file = Array.from(rows.index, (index) => `photo ${index}.jpg`);
  await writeFiles(files, { rows, file, leftOut: [] });
  return {
    reference: await storedFeatures(reference),
    query: await storedFeatures(query),
    labels: await storedLabels(labels),
    graph,
    links,
    files,
  };
}

const reference = unit(blobs('train', 150));
const query = unit(blobs('test', 30));

test('few labels reach all rows of every class, one of them too, and a query row goes by itself', async () => {
  for (const labelled of [3, 6]) {
    const inputs = await wired(reference, query, labelsOf('train', labelled));
    const { outputs, logs } = await runStage(semiSupervised, { inputs });
    for (const dir of [outputs.predictions, outputs.reference]) {
      const { rows, values, scale } = await readPredictions(dir);
      expect(scale).toBe('probabilities');
      const right = Array.from({ length: rows.count }, (_, row) => row).filter((row) => {
        const own = [...values.subarray(row * 3, row * 3 + 3)];
        expect(own.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
        return own.indexOf(Math.max(...own)) === cloudOf(row);
      });
      expect(right.length / rows.count).toBeGreaterThan(0.95);
    }
    expect(logs.join('\n')).toContain(labelled === 3 ? 'no class has two labels' : 'calibrated on 6 held-out labels');
  }
  const all = await runStage(semiSupervised, { inputs: await wired(reference, query, labelsOf('train', 6)) });
  const first = {
    ...query,
    rows: rowsOf('test', query.rows.index.slice(0, 1)),
    values: query.values.slice(0, query.dim),
  };
  const one = await runStage(semiSupervised, { inputs: await wired(reference, first, labelsOf('train', 6)) });
  const expected = (await readPredictions(all.outputs.predictions)).values.subarray(0, 3);
  expect([...(await readPredictions(one.outputs.predictions)).values]).toEqual([...expected]);
});

test('given proportions are kept, and a query row that is in the reference has the prediction that it has there', async () => {
  const inputs = await wired(reference, reference, labelsOf('train', 6));
  const shares = [0.5, 0.25, 0.25];
  const { outputs } = await runStage(semiSupervised, { inputs, params: { prior: 'given', shares } });
  const { values } = await readPredictions(outputs.reference);
  expect((await readPredictions(outputs.predictions)).values).toEqual(values);
  for (const [label, share] of shares.entries()) {
    const sum = values.filter((_, i) => i % 3 === label).reduce((total, value) => total + value, 0);
    expect(sum / 150).toBeCloseTo(share, 2);
  }
});

/** Labels of two classes only: the third cloud is of none. */
const twoClasses = (count: number): Labels => {
  const rows = Array.from({ length: count }, (_, row) => row).filter((row) => cloudOf(row) < 2);
  return {
    ...labelsOf('train', rows.length, classNames.slice(0, 2)),
    rows: rowsOf(
      'train',
      Uint32Array.from(rows, (row) => 5 * row + 2),
    ),
    label: Int32Array.from(rows, cloudOf),
  };
};

test('rows of a class without labels are of none of these, and without such rows hardly any is', async () => {
  const some = await runStage(semiSupervised, { inputs: await wired(reference, query, twoClasses(30)) });
  const { none } = await readPredictions(some.outputs.predictions);
  const rejected = Array.from(none!.probability).flatMap((value, row) => (value > none!.threshold ? [row] : []));
  const right = rejected.filter((row) => cloudOf(row) === 2).length;
  expect(right / rejected.length).toBeGreaterThan(0.9);
  expect(right).toBeGreaterThan(8);
  const full = await runStage(semiSupervised, { inputs: await wired(reference, query, labelsOf('train', 45)) });
  const known = (await readPredictions(full.outputs.reference)).none;
  expect(Array.from(known?.probability ?? []).filter((value) => value > 0.5).length).toBeLessThan(5);
});

test('a label that the others contradict is told by its file, with the class that it looks like', async () => {
  const labels = labelsOf('train', 30);
  labels.label[4] = 2;
  const { outputs, warnings } = await runStage(semiSupervised, { inputs: await wired(reference, query, labels) });
  expect(warnings.filter((line) => line.includes('contradict'))).toEqual([
    '1 image has a label that the others contradict. Check: photo 22.jpg (cedar, looks like birch)',
  ]);
  const doubted = await readLabels(outputs.doubted);
  expect([...doubted.rows.index]).toEqual([22]);
  expect([...doubted.label]).toEqual([1]);
  expect(doubted.weight[0]).toBeGreaterThan(0.5);
});

test('a class may not be called as the answer for rows of no class', async () => {
  const labels = labelsOf('train', 6, ['ash', 'none of these', 'cedar']);
  await expect(runStage(semiSupervised, { inputs: await wired(reference, query, labels) })).rejects.toMatchObject({
    code: 'reserved-class',
  });
});
