import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { areOfClassification, type Metrics, readMetrics, writeMetrics } from './index.js';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'twoshot-metrics-'));
});
afterEach(() => rm(dir, { recursive: true }));

const taken = { set: 'test', rows: 100, seed: 3, n: 1, outside: ['EfficientNet-Lite0'] };
const scored = { ...taken, split: 1, transductive: true };
const classification: Metrics = {
  values: { accuracy: 0.5 },
  protocol: { type: 'classification', ...scored, draw: 2, labelled: 20 },
  confusion: [
    [1, 0],
    [1, 0],
  ],
  classNames: ['a', 'b'],
};

test.each<Metrics>([
  classification,
  { values: { purity: 0.7 }, protocol: { type: 'clustering', ...scored, clusters: 12, classes: 10, partitions: 2 } },
  { values: { nearestOfClass: 0.4 }, protocol: { type: 'retrieval', ...scored, gallery: 99 } },
  { values: { areaUnderRoc: 0.9 }, protocol: { type: 'detection', ...scored, draw: 2, labelled: 20, unknown: 8 } },
  { values: { minimum: 0.01 }, protocol: { type: 'curve', ...taken, over: 'learning rate', points: 40 } },
  { values: { explained: 0.93 }, protocol: { type: 'figure', ...taken, of: 'principal components' } },
  { values: { files: 100 }, protocol: { type: 'count', ...taken, of: 'files' } },
])('metrics of type $protocol.type come back as they were written', async (metrics) => {
  await writeMetrics(dir, metrics);
  expect(await readMetrics(dir)).toEqual(metrics);
  expect(areOfClassification(metrics)).toBe(metrics === classification);
});

test.each([
  [
    { ...scored },
    "expected classification or clustering or retrieval or detection or curve or count or figure at '/protocol/type'",
  ],
  [{ type: 'ranking', ...scored }, 'found "ranking"'],
  [{ type: 'retrieval', ...scored }, "expected a number at '/protocol/gallery', found nothing"],
  [{ type: 'clustering', ...taken, split: 1 }, "expected true or false at '/protocol/transductive', found nothing"],
])('a protocol %j is refused with the place', async (protocol, message) => {
  await writeFile(join(dir, 'metrics.json'), JSON.stringify({ values: {}, protocol }));
  await expect(readMetrics(dir)).rejects.toThrow(message);
});

test('a figure that is no finite number is refused', async () => {
  await expect(writeMetrics(dir, { ...classification, values: { accuracy: Number.NaN } })).rejects.toThrow(
    "metrics.json: expected a finite number at '/values/accuracy', found NaN",
  );
});
