// @module-tag slow
import { writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  digestArtifact,
  readAssignments,
  readFiles,
  readImages,
  readLabels,
  readMetrics,
  readModel,
  readNeighbours,
  rowsOf,
  writeAssignments,
  writeFiles,
  writeImages,
  writeLabels,
  writeMetrics,
  writeModel,
  writeNeighbours,
} from './index.js';

const rows = rowsOf('train', Uint32Array.of(1, 2, 7));

/** Artifacts of every file format, and what reads them. */
const kinds = {
  images: {
    write: (dir: string) =>
      writeImages(dir, {
        set: 'train',
        count: 3,
        height: 2,
        width: 3,
        channels: 1,
        index: rows.index,
        pixels: new Uint8Array(18),
      }),
    read: readImages,
  },
  files: {
    write: (dir: string) =>
      writeFiles(dir, { rows, file: ['a.png', 'b.png', 'c.png'], leftOut: [{ file: 'd.txt', reason: 'no image' }] }),
    read: readFiles,
  },
  labels: {
    write: (dir: string) =>
      writeLabels(dir, {
        rows,
        classNames: ['a', 'b'],
        source: 'given',
        origin: { split: 1, draw: 2 },
        label: Int32Array.of(0, 1, 0),
        weight: Float32Array.of(1, 1, 0.5),
      }),
    read: readLabels,
  },
  neighbours: {
    write: (dir: string) =>
      writeNeighbours(dir, {
        rows,
        reference: rows,
        k: 2,
        similarity: new Float32Array(6),
        position: Int32Array.of(1, 2, 0, 2, 0, -1),
      }),
    read: readNeighbours,
  },
  assignments: {
    write: (dir: string) =>
      writeAssignments(dir, {
        rows,
        partitions: [
          { name: 'p', clusters: 2, cluster: Int32Array.of(0, 1, 1), probabilities: new Float32Array(6), quality: -1 },
        ],
      }),
    read: readAssignments,
  },
  model: {
    write: (dir: string) =>
      writeModel(dir, {
        parts: {
          head: { type: 'mlp', takes: 'images', gives: { what: 'features', dim: 2 }, architecture: { dim: 2 } },
        },
        preparation: { size: 8, resize: 'stretch', channels: 1, normalise: { mean: [0.5], std: [0.2] }, mirror: true },
        recipe: { steps: 3 },
        weights: new Map([
          ['head.weight', { shape: [2, 2], data: new Float32Array(4) }],
          ['head.bias', { shape: [2], data: new Float32Array(2) }],
        ]),
        curves: { loss: [[1, 0.5]] },
      }),
    read: readModel,
  },
  metrics: {
    write: (dir: string) =>
      writeMetrics(dir, {
        values: { accuracy: 0.5 },
        protocol: { type: 'curve', set: 'train', rows: 3, seed: 1, n: 1, outside: [], over: 'step', points: 4 },
      }),
    read: readMetrics,
  },
} as const;

/** Files that are read at the same time, each with an artifact of its own around it. */
const lanes = 20;

interface Original {
  readonly folder: string;
  readonly file: string;
  readonly bytes: Buffer;
  readonly read: (folder: string) => Promise<unknown>;
}

let dir = '';
const originals: Original[][] = [];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'twoshot-mutations-'));
  for (let lane = 0; lane < lanes; lane++) originals.push(await artifactsIn(join(dir, String(lane))));
});
afterAll(() => rm(dir, { recursive: true }));

async function artifactsIn(lane: string): Promise<Original[]> {
  const files: Original[] = [];
  for (const [name, { write, read }] of Object.entries(kinds)) {
    const folder = join(lane, name);
    await mkdir(folder, { recursive: true });
    await write(folder);
    for (const file of await readdir(folder))
      files.push({ folder, file: join(folder, file), bytes: await readFile(join(folder, file)), read });
  }
  return files;
}

interface Change {
  /** Share of the file before it. */
  readonly at: number;
  readonly length: number;
  readonly bytes: Uint8Array | Int32Array;
  readonly kind: 'replace' | 'cut' | 'insert';
}

const at = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const length = fc.integer({ min: 1, max: 12 });

/** Another count or offset. */
const count: fc.Arbitrary<Change> = fc.record({
  at,
  length,
  bytes: fc.constantFrom(-1, 0, 1, 7, 0x7f_ff_ff_ff, -0x80_00_00_00, 0x40_00_00_00).map((one) => Int32Array.of(one)),
  kind: fc.constant('replace'),
});

/** Bytes may be others, may be gone, and may come twice. */
const change: fc.Arbitrary<Change> = fc.record({
  at,
  length,
  bytes: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 8 }),
    fc.stringMatching(/^[-{}[\]",:0-9eE.]{1,4}$/).map((text) => Buffer.from(text)),
  ),
  kind: fc.constantFrom('replace', 'cut', 'insert'),
});

function mutated(bytes: Buffer, changes: readonly Change[]): Buffer {
  let now = bytes;
  for (const { at: share, length: cut, bytes: others, kind } of changes) {
    // Counts and offsets stand where their size divides the place.
    const start = Math.floor((share * now.length) / others.BYTES_PER_ELEMENT) * others.BYTES_PER_ELEMENT;
    const end = start + { insert: 0, replace: others.byteLength, cut }[kind];
    const middle = kind === 'cut' ? Buffer.of() : Buffer.from(others.buffer, others.byteOffset, others.byteLength);
    now = Buffer.concat([now.subarray(0, start), middle, now.subarray(end)]);
  }
  return now;
}

const mutation = fc.record({
  which: fc.nat(),
  changes: fc.oneof(fc.tuple(count), fc.array(change, { minLength: 1, maxLength: 3 })),
  digest: fc.boolean(),
});

test('5000 files with wrong bytes are read, or refused with the file, what was expected and what was found', async () => {
  const before = process.memoryUsage().rss;
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: lanes, maxLength: lanes }), async (mutations) => {
      await Promise.all(
        mutations.map(async ({ which, changes, digest }, lane) => {
          const files = originals[lane]!;
          const { folder, file, bytes, read } = files[which % files.length]!;
          writeFileSync(file, mutated(bytes, changes));
          try {
            await (digest ? digestArtifact(folder) : read(folder));
          } catch (error) {
            expect(error).toMatchObject({ name: 'ArtifactError', file: expect.stringContaining(folder) });
          } finally {
            writeFileSync(file, bytes);
          }
        }),
      );
    }),
    { numRuns: 5000 / lanes },
  );
  expect(process.memoryUsage().rss - before).toBeLessThan(500e6);
}, 60_000);
