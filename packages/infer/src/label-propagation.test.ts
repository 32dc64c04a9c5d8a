import { startEngineUnderTest } from '@twoshot/engine/testing';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestArtifact, type Features, type Neighbours, readPredictions, writeNeighbours } from '@twoshot/artifact';
import { matrixOf, nearestNeighbours, nearestTo } from '@twoshot/geometry';
import { runStage } from '@twoshot/stage/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import propagation from './label-propagation.js';
import { blobs, cloudOf, firstRows, labelsOf, storedLabels } from './blobs.fixture.js';

let folder = '';
let made = 0;

beforeAll(async () => {
  await startEngineUnderTest();
  folder = await mkdtemp(join(tmpdir(), 'propagation-'));
});
afterAll(() => rm(folder, { recursive: true }));

const points = ({ rows, dim, values }: Features) => matrixOf(rows.count, dim, values);

async function stored(neighbours: Neighbours): Promise<string> {
  const dir = join(folder, String(made++));
  await mkdir(dir);
  await writeNeighbours(dir, neighbours);
  return dir;
}

async function graphOf(reference: Features, k = 6): Promise<string> {
  return stored({
    rows: reference.rows,
    reference: reference.rows,
    ...(await nearestNeighbours(points(reference), k)),
  });
}

async function linksOf(query: Features, reference: Features, k = 6): Promise<string> {
  const links = await nearestTo(points(reference), points(query), k);
  return stored({ rows: query.rows, reference: reference.rows, ...links });
}

const reference = blobs('train', 120);
const query = blobs('test', 30);
const wired = async (asked = query) => ({
  graph: await graphOf(reference),
  links: await linksOf(asked, reference),
  labels: await storedLabels(labelsOf('train', 6)),
});
const bestOf = (values: Float32Array, row: number): number => {
  const own = [...values.subarray(row * 3, row * 3 + 3)];
  return own.indexOf(Math.max(...own));
};

test.each([
  { balance: 'none' },
  { balance: 'columns', rounds: 60 },
  { balance: 'even', alpha: 0.999 },
  { balance: 'even', refinements: 2, reach: 4 },
] as const)('two labels a cloud reach every row with %o', async (params) => {
  const { outputs } = await runStage(propagation, { inputs: await wired(), params });
  for (const [dir, count] of [
    [outputs.predictions, 30],
    [outputs.reference, 120],
  ] as const) {
    const { values, rows } = await readPredictions(dir);
    expect(rows.count).toBe(count);
    const right = Array.from({ length: count }, (_, row) => row).filter((row) => bestOf(values, row) === cloudOf(row));
    expect(right.length / count).toBeGreaterThan(0.95);
  }
});

test('refinement that would take labelled rows from their classes is left out, with a warning', async () => {
  // With nearly all rows as neighbours and equal weights, the graph has no groups.
  const inputs = { ...(await wired()), graph: await graphOf(reference, 110) };
  const params = { balance: 'even', power: 0, reach: 40 } as const;
  const before = await runStage(propagation, { inputs, params });
  const refined = await runStage(propagation, { inputs, params: { ...params, refinements: 3 } });
  expect(refined.warnings[0]).toMatch(
    /^refinement stopped before round \d of 3, which would take \d of 6 labelled rows/,
  );
  expect(await digestArtifact(refined.outputs.reference)).toBe(await digestArtifact(before.outputs.reference));
});

test('the prediction of a query row is deterministic and independent of other queries', async () => {
  const all = await runStage(propagation, { inputs: await wired() });
  const again = await runStage(propagation, { inputs: await wired(), seed: 2 });
  expect(await digestArtifact(again.outputs.predictions)).toBe(await digestArtifact(all.outputs.predictions));
  const some = await runStage(propagation, { inputs: await wired(firstRows(query, 4)) });
  const { values } = await readPredictions(all.outputs.predictions);
  expect((await readPredictions(some.outputs.predictions)).values).toEqual(values.slice(0, 12));
  expect(all.reads).toMatchObject({ seed: false, provenance: [] });
});

test('rows that no label reaches are uniform, and are counted', async () => {
  const rows = blobs('train', 4).rows;
  const lists = { k: 1, position: Int32Array.of(1, 0, 3, 2), similarity: Float32Array.of(1, 1, 1, 1) };
  const inputs = {
    graph: await stored({ rows, reference: rows, ...lists }),
    links: await stored({
      rows: firstRows(query, 1).rows,
      reference: rows,
      k: 1,
      position: Int32Array.of(3),
      similarity: Float32Array.of(0.5),
    }),
    labels: await storedLabels({ ...labelsOf('train', 2), classNames: ['ash', 'birch'] }),
  };
  const { outputs, logs } = await runStage(propagation, { inputs });
  expect([...(await readPredictions(outputs.reference)).values].slice(4)).toEqual([0.5, 0.5, 0.5, 0.5]);
  expect([...(await readPredictions(outputs.predictions)).values]).toEqual([0.5, 0.5]);
  expect(logs.join()).toContain('2 of 4 rows are not connected');
});

test('refuses links to other rows and labels of other rows', async () => {
  const inputs = await wired();
  const other = await linksOf(query, blobs('val', 120));
  await expect(runStage(propagation, { inputs: { ...inputs, links: other } })).rejects.toThrow(
    'the links of test.links point to other rows than those of the graph of test.graph: expected train 2 at position 0, found val 2',
  );
  const labels = await storedLabels(labelsOf('test', 6));
  await expect(runStage(propagation, { inputs: { ...inputs, labels } })).rejects.toMatchObject({
    code: 'no-labelled-row',
  });
});
