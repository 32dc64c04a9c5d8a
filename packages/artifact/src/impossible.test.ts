import { execFileSync } from 'node:child_process';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeTable } from './arrow/table-writer.js';
import {
  readAssignments,
  readFeatures,
  readFloatTensors,
  readImages,
  readLabels,
  readMetrics,
  readModel,
  readNeighbours,
  readPolicy,
  rowsOf,
  writeAssignments,
  writeNeighbours,
} from './index.js';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'twoshot-impossible-'));
});
afterEach(() => rm(dir, { recursive: true }));

const index = { name: 'index', type: 'uint32', size: null } as const;
const set = { name: 'set', type: 'uint8', size: null } as const;

/** Two images of 2x2 pixels, but for what is changed in their metadata and indices. */
function images(metadata: Readonly<Record<string, string>>, indices = [3, 5]): void {
  const table = new Map(
    Object.entries({ kind: 'images', set: 'train', height: '2', width: '2', channels: '1', ...metadata }),
  );
  const columns = [index, { name: 'pixels', type: 'uint8', size: 4 } as const];
  writeTable(join(dir, 'images.arrow'), columns, table, 2, {
    index: Uint32Array.from(indices),
    pixels: new Uint8Array(8),
  });
}

test.each([
  [{ height: '0.5', width: '8' }, 'a positive integer number of pixels as height, found 0.5'],
  [{ height: '-2', width: '-2' }, 'a positive integer number of pixels as height, found -2'],
  [{ width: '0' }, 'a positive integer number of pixels as width, found 0'],
  [{ channels: '1e0' }, 'a positive integer number of pixels as channels, found 1e0'],
  [{ height: '3' }, "column 'pixels' of uint8[6], found uint8[4]"],
])('images of %o are refused', async (metadata, message) => {
  images(metadata);
  await expect(readImages(dir)).rejects.toThrow(`images.arrow: expected ${message}`);
});

test.each([[[5, 3]], [[3, 3]]])('images with the indices %j are refused', async (indices) => {
  images({}, indices);
  await expect(readImages(dir)).rejects.toThrow(`images.arrow: expected an index above ${indices[0]}, found 3`);
});

/** Two rows with columns of their own. */
function rows(
  file: string,
  [positions, sets, names]: readonly [number[], number[], string[]],
  metadata: Readonly<Record<string, unknown>> = {},
  own: Readonly<Record<string, Int32Array | Float32Array>> = {},
): void {
  const columns = Object.entries(own).map(([name, values]) => ({
    name,
    type: values instanceof Int32Array ? ('int32' as const) : ('float32' as const),
    size: name === 'values' ? values.length / 2 : null,
  }));
  const texts = Object.entries({ sets: names, ...metadata }).map(
    ([key, value]) => [key, JSON.stringify(value)] as const,
  );
  const table = new Map<string, string>([['kind', file.replace('.arrow', '')], ...texts]);
  writeTable(join(dir, file), [index, set, ...columns], table, 2, {
    index: Uint32Array.from(positions),
    set: Uint8Array.from(sets),
    ...own,
  });
}

test.each([
  [[[1, 1], [0, 0], ['train']], 'rows unique in (set, index, view), found train 1 again in row 1'],
  [[[1, 2], [0, 1], ['train']], 'a set below 1 in row 1, found 1'],
  [
    [
      [1, 1],
      [0, 1],
      ['train', 'train'],
    ],
    'each set once, found train, train',
  ],
] as const)('rows %j are refused', async ([positions, sets, names], message) => {
  rows('features.arrow', [[...positions], [...sets], [...names]], {}, { values: new Float32Array(4) });
  await expect(readFeatures(dir)).rejects.toThrow(`features.arrow: expected ${message}`);
});

test.each([
  [[0, 2], [1, 1], { split: 1, draw: 1 }, 'labels in 0..1, found 2'],
  [[-1, 0], [1, 1], { split: 1, draw: 1 }, 'labels in 0..1, found -1'],
  [[0, 1], [1, Number.NaN], { split: 1, draw: 1 }, 'weights in 0..1, found NaN'],
  [[0, 1], [1, -0.5], { split: 1, draw: 1 }, 'weights in 0..1, found -0.5'],
])('labels %j of weights %j are refused', async (label, weight, origin, message) => {
  const metadata = { class_names: ['a', 'b'], source: 'given', origin };
  const own = { label: Int32Array.from(label), weight: Float32Array.from(weight) };
  rows('labels.arrow', [[1, 2], [0, 0], ['train']], metadata, own);
  await expect(readLabels(dir)).rejects.toThrow(`labels.arrow: expected ${message}`);
});

test('half a draw is refused', async () => {
  const metadata = { class_names: ['a'], source: 'given', origin: { split: 1, draw: 0.5 } };
  const own = { label: Int32Array.of(0, 0), weight: Float32Array.of(1, 1) };
  rows('labels.arrow', [[1, 2], [0, 0], ['train']], metadata, own);
  await expect(readLabels(dir)).rejects.toThrow("expected an integer of at least 0 at '/draw', found 0.5");
});

test('neighbours and clusters that are not there are refused', async () => {
  const two = rowsOf('train', Uint32Array.of(1, 2));
  const three = rowsOf('train', Uint32Array.of(1, 2, 3));
  const graph = { rows: two, k: 1, position: Int32Array.of(2, -1), similarity: new Float32Array(2) };
  await writeNeighbours(dir, { ...graph, reference: three });
  await rm(join(dir, 'reference.arrow'));
  rows('reference.arrow', [[1, 2], [0, 0], ['train']]);
  await expect(readNeighbours(dir)).rejects.toThrow('neighbours.arrow: expected positions in -1..1, found 2');

  const partition = { name: 'p', clusters: 2, probabilities: null, quality: null };
  await writeAssignments(dir, { rows: two, partitions: [{ ...partition, cluster: Int32Array.of(0, 1) }] });
  await rename(join(dir, 'assignments.arrow'), join(dir, 'written.arrow'));
  const partitions = [{ name: 'p', clusters: 1, soft: false, quality: null }];
  rows('assignments.arrow', [[1, 2], [0, 0], ['train']], { partitions }, { cluster_0: Int32Array.of(0, 1) });
  await expect(readAssignments(dir)).rejects.toThrow('assignments.arrow: expected clusters in 0..0, found 1');
});

/** A safetensors file of float32 tensors with these offsets. */
async function tensors(offsets: Readonly<Record<string, readonly [number, number]>>, bytes: number): Promise<string> {
  const entries = Object.entries(offsets).map(([name, [from, to]]) => [
    name,
    { dtype: 'F32', shape: [(to - from) / 4], data_offsets: [from, to] },
  ]);
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const file = join(dir, 'weights.safetensors');
  await writeFile(file, Buffer.concat([length, header, Buffer.alloc(bytes)]));
  return file;
}

test.each([
  [{ a: [0, 8], b: [4, 12] }, 12, /tensor 'b' from byte \d+, where the one before ends, found byte \d+, over the one/],
  [{ a: [0, 4], b: [8, 12] }, 12, /tensor 'b' from byte \d+, where the one before ends, found byte \d+, behind a gap/],
  [{ a: [0, 4] }, 12, /expected \d+ bytes, as the header says, found \d+/],
] as const)('tensors at %j of %d bytes are refused', async (offsets, bytes, message) => {
  const file = await tensors(offsets, bytes);
  await expect(readFloatTensors(file, ['a'])).rejects.toThrow(message);
});

const model = { format: 2, preparation: null, recipe: {}, curves: {} };
const part = (takes: string, dim = 4): object => ({
  type: 'mlp',
  takes,
  gives: { what: 'features', dim },
  architecture: {},
});

test.each([
  [{ ...model, parts: { a: part('b'), b: part('a') } }, "images or features in the end of what 'a' takes, found 'a'"],
  [{ ...model, parts: { a: part('c') } }, "a part for 'a' to take, found 'c', which is none of its parts"],
  [{ ...model, parts: { a: part('images', -4) } }, "an integer of at least 0 at '/parts/a/gives.dim', found -4"],
  [
    { ...model, parts: {}, preparation: { size: 0.5, resize: 'stretch', channels: 1, normalise: null, mirror: false } },
    "an integer of at least 1 at '/preparation/size', found 0.5",
  ],
])('the model %j is refused', async (document, message) => {
  await writeFile(join(dir, 'model.json'), JSON.stringify(document));
  await expect(readModel(dir)).rejects.toThrow(`model.json: expected ${message}`);
});

test('numbers that no double holds, depth without end and bytes that are no text are refused', async () => {
  await writeFile(join(dir, 'metrics.json'), '{ "values": { "accuracy": 1e999 } }');
  await expect(readMetrics(dir)).rejects.toThrow('metrics.json: expected numbers that a double holds');
  await writeFile(join(dir, 'policy.json'), '['.repeat(100_000) + ']'.repeat(100_000));
  await expect(readPolicy(dir)).rejects.toThrow('policy.json: expected JSON nested at most 64 deep, found deeper');
  await writeFile(join(dir, 'policy.json'), Buffer.of(0x22, 0xff, 0x22));
  await expect(readPolicy(dir)).rejects.toThrow('policy.json: expected a JSON document, found bytes that are no UTF-8');
});

test.skipIf(process.platform === 'win32')('a pipe where a file should be is refused and not waited for', async () => {
  for (const [name, read] of [
    ['images.arrow', readImages],
    ['metrics.json', readMetrics],
    ['policy.json', readPolicy],
  ] as const) {
    execFileSync('mkfifo', [join(dir, name)]);
    await expect(read(dir)).rejects.toThrow(/expected an? (Arrow file|JSON document), found a named pipe/);
  }
});
