import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Images,
  type Json,
  type Rows,
  createImageWriter,
  readAssignments,
  readFeatures,
  readFiles,
  readImages,
  readLabels,
  readModel,
  readNeighbours,
  readPolicy,
  readPredictions,
  readSubmission,
  readSubset,
  streamImages,
  writeAssignments,
  writeFeatures,
  writeFiles,
  writeImages,
  writeLabels,
  writeModel,
  writeNeighbours,
  writePolicy,
  writePredictions,
  writeSubmission,
  writeSubset,
} from './index.js';

const runs = { numRuns: 25 };

async function inFolder<T>(use: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'twoshot-artifact-'));
  try {
    return await use(dir);
  } finally {
    await rm(dir, { recursive: true });
  }
}

const sets = ['train', 'val', 'test'];

const rowsArbitrary: fc.Arbitrary<Rows> = fc
  .record({
    keys: fc.uniqueArray(fc.tuple(fc.nat(2), fc.nat(0xffff_ffff), fc.nat(3)), { selector: String, maxLength: 20 }),
    views: fc.boolean(),
  })
  .map(({ keys, views }) => {
    const unique = views ? keys : [...new Map(keys.map((key) => [`${key[0]},${key[1]}`, key])).values()];
    return {
      count: unique.length,
      sets,
      set: Uint8Array.from(unique, ([set]) => set),
      index: Uint32Array.from(unique, ([, index]) => index),
      view: views ? Uint8Array.from(unique, ([, , view]) => view) : null,
    };
  });

const floats = (length: number): fc.Arbitrary<Float32Array> =>
  fc.float32Array({ minLength: length, maxLength: length });
const integers = (length: number, minimum: number, maximum: number): fc.Arbitrary<Int32Array> =>
  fc.int32Array({ min: minimum, max: maximum, minLength: length, maxLength: length });

test('images come back as they were written, whole and in a stream', async () => {
  const images = fc
    .record({
      indices: fc.uniqueArray(fc.nat(0xffff_ffff), { maxLength: 12 }),
      height: fc.integer({ min: 1, max: 5 }),
      width: fc.integer({ min: 1, max: 5 }),
      channels: fc.integer({ min: 1, max: 4 }),
      seed: fc.nat(255),
    })
    .map(({ indices, height, width, channels, seed }): Images => {
      const index = Uint32Array.from(indices).sort();
      const pixels = Uint8Array.from({ length: index.length * height * width * channels }, (_, at) => at * 7 + seed);
      return { set: 'train', count: index.length, height, width, channels, index, pixels };
    });
  await fc.assert(
    fc.asyncProperty(images, (written) =>
      inFolder(async (dir) => {
        await writeImages(dir, written);
        const read = await readImages(dir);
        expect(read).toEqual(written);
        expect(read.pixels.buffer).toBeInstanceOf(SharedArrayBuffer);
        const streamed = [];
        for await (const batch of streamImages(dir)) streamed.push(...batch.index);
        expect(streamed).toEqual([...written.index]);
      }),
    ),
    runs,
  );
});

test('an image set is written in batches of at most 16 MiB and reads back in order', async () => {
  await inFolder(async (dir) => {
    const shape = { set: 'train', height: 64, width: 64, channels: 3 };
    const writer = createImageWriter(dir, shape);
    const bytes = 64 * 64 * 3;
    for (let start = 0; start < 4000; start += 2000) {
      const index = Uint32Array.from({ length: 2000 }, (_, at) => start + at);
      const pixels = new Uint8Array(2000 * bytes);
      for (const [at, one] of index.entries()) pixels.fill(one % 251, at * bytes, (at + 1) * bytes);
      await writer.write({ ...shape, count: 2000, index, pixels });
    }
    await writer.close();
    const counts = [];
    for await (const batch of streamImages(dir)) {
      counts.push(batch.count);
      expect(batch.pixels.byteLength).toBeLessThanOrEqual(16 * 1024 * 1024);
      expect(batch.pixels[0]).toBe((batch.index[0] ?? 0) % 251);
    }
    expect(counts.length).toBe(4);
    expect((await readImages(dir)).count).toBe(4000);
  });
});

test('a writer refuses an index that does not ascend and a batch of another shape', async () => {
  await inFolder(async (dir) => {
    const shape = { set: 'train', height: 1, width: 1, channels: 1 };
    const writer = createImageWriter(dir, shape);
    const batch = (...index: number[]): Images => ({
      ...shape,
      count: index.length,
      index: Uint32Array.from(index),
      pixels: new Uint8Array(index.length),
    });
    await writer.write(batch(3, 5));
    await expect(writer.write(batch(5))).rejects.toThrow('expected an index above 5, found 5');
    await expect(writer.write({ ...batch(6), set: 'test' })).rejects.toThrow(
      'expected images of train 1x1x1, found test 1x1x1',
    );
    await writer.close();
  });
});

test('files, labels, features, predictions and assignments come back as they were written', async () => {
  const tables = rowsArbitrary.chain((rows) =>
    fc.record({
      rows: fc.constant(rows),
      label: integers(rows.count, 0, 2),
      weight: fc.float32Array({ min: 0, max: 1, noNaN: true, minLength: rows.count, maxLength: rows.count }),
      origin: fc.option(fc.record({ split: fc.nat(), draw: fc.nat() })),
      values: fc.integer({ min: 1, max: 6 }).chain((dim) => floats(rows.count * dim)),
      logits: floats(rows.count * 3),
    }),
  );
  await fc.assert(
    fc.asyncProperty(tables, ({ rows, label, weight, origin, values, logits }) =>
      inFolder(async (dir) => {
        const classNames = ['zero', 'eins', '二'];
        const file = Array.from(label, (one, row) => `${row}/${classNames[one]}.png`);
        const files = { rows, file, leftOut: [{ file: 'a.txt', reason: 'no image' }] };
        await writeFiles(dir, files);
        expect(await readFiles(dir)).toEqual(files);
        const labels = { rows, classNames, label, weight, source: 'given' as const, origin };
        await writeLabels(dir, labels);
        expect(await readLabels(dir)).toEqual(labels);
        const features = { rows, dim: rows.count === 0 ? 4 : values.length / rows.count, values };
        await writeFeatures(dir, features);
        expect(await readFeatures(dir)).toEqual(features);
        const none = { probability: weight, threshold: 0.25 };
        const predictions = {
          rows,
          classNames,
          scale: 'logits' as const,
          values: logits,
          ...(origin !== null && { none }),
        };
        await writePredictions(dir, predictions);
        expect(await readPredictions(dir)).toEqual(predictions);
        const hard = { name: 'restart 0', clusters: 3, cluster: label, probabilities: null, quality: -1.5 };
        const assignments = {
          rows,
          partitions: [hard, { ...hard, name: 'soft', probabilities: logits, quality: null }],
        };
        await writeAssignments(dir, assignments);
        expect(await readAssignments(dir)).toEqual(assignments);
      }),
    ),
    runs,
  );
});

test('neighbours come back as they were written, with no rows and with no neighbours too', async () => {
  const graphs = fc.tuple(rowsArbitrary, rowsArbitrary, fc.nat(4)).chain(([rows, reference, k]) =>
    fc.record({
      rows: fc.constant(rows),
      reference: fc.constant(reference),
      k: fc.constant(k),
      position: integers(rows.count * k, -1, reference.count - 1),
      similarity: floats(rows.count * k),
    }),
  );
  await fc.assert(
    fc.asyncProperty(graphs, (written) =>
      inFolder(async (dir) => {
        await writeNeighbours(dir, written);
        expect(await readNeighbours(dir)).toEqual(written);
      }),
    ),
    runs,
  );
});

test('a subset comes back with its rows and its reason, an empty one too', async () => {
  const subsets = fc.record({ rows: rowsArbitrary, reason: fc.string({ unit: 'grapheme' }) });
  await fc.assert(
    fc.asyncProperty(subsets, (written) =>
      inFolder(async (dir) => {
        await writeSubset(dir, written);
        expect(await readSubset(dir)).toEqual(written);
      }),
    ),
    runs,
  );
});

test('a table refuses a row that is named twice and a label outside the classes', async () => {
  await inFolder(async (dir) => {
    const rows = { count: 2, sets: ['train'], set: new Uint8Array(2), index: Uint32Array.of(4, 4), view: null };
    await expect(writeFeatures(dir, { rows, dim: 1, values: new Float32Array(2) })).rejects.toThrow(
      /features\.arrow: expected rows unique in \(set, index, view\), found train 4 again in row 1/,
    );
    await expect(writeSubset(dir, { rows, reason: 'a sample' })).rejects.toThrow(
      /subset\.arrow: expected rows unique in \(set, index, view\), found train 4 again in row 1/,
    );
    const labels = { classNames: ['a'], weight: new Float32Array(2), source: 'given' as const, origin: null };
    await expect(
      writeLabels(dir, { ...labels, rows: { ...rows, index: Uint32Array.of(1, 2) }, label: Int32Array.of(0, 1) }),
    ).rejects.toThrow('expected labels in 0..0, found 1');
    await expect(
      writeFeatures(dir, { rows: { ...rows, index: Uint32Array.of(1, 2) }, dim: 3, values: new Float32Array(5) }),
    ).rejects.toThrow("float32[3] column 'values' of 2 rows needs 6 values, got 5");
  });
});

test('a model comes back with its weights in order and its curves, a loss that ran away included', async () => {
  const tensors = fc.array(
    fc
      .array(fc.nat(3), { maxLength: 4 })
      .chain((shape) =>
        fc.record({ shape: fc.constant(shape), data: floats(shape.reduce((product, side) => product * side, 1)) }),
      ),
    { maxLength: 5 },
  );
  await fc.assert(
    fc.asyncProperty(tensors, (list) =>
      inFolder(async (dir) => {
        const weights = new Map(list.map((tensor, at) => [`backbone.${9 - at}.weight`, tensor]));
        const model = {
          parts: {
            backbone: {
              type: 'backbone',
              takes: 'images',
              gives: { what: 'features', dim: 64 },
              architecture: { name: 'conv4', width: 64 },
            },
          },
          preparation: {
            size: null,
            resize: 'stretch',
            channels: 1,
            normalise: { mean: [0.5], std: [0.25] },
            mirror: true,
          } as const,
          recipe: { steps: 3 },
          weights,
          curves: { loss: [[0, 1.5] as const, [1, Number.NaN] as const, [2, -Infinity] as const] },
        };
        await writeModel(dir, model);
        const read = await readModel(dir);
        expect(read).toEqual(model);
        expect([...read.weights.keys()]).toEqual([...weights.keys()]);
      }),
    ),
    runs,
  );
});

test('policies and submissions come back as they were written', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), (policy) =>
      inFolder(async (dir) => {
        const plain: Json = JSON.parse(JSON.stringify(policy));
        await writePolicy(dir, plain);
        expect(await readPolicy(dir)).toEqual(plain);
      }),
    ),
    runs,
  );
  await inFolder(async (dir) => {
    await writeSubmission(dir, 'id,label\n0,7\n');
    expect(await readSubmission(dir)).toBe('id,label\n0,7\n');
    await expect(writeSubmission(dir, 'id,label\r\n')).rejects.toThrow('expected LF line ends');
  });
});
