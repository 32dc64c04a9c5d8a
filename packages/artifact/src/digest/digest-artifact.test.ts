import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Bool,
  Dictionary,
  Field,
  Float32,
  Int32,
  List,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  Utf8,
  makeData,
  vectorFromArray,
  type DataType,
} from 'apache-arrow';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NamedTensor } from '../contents.js';
import { writeSafetensors } from '../safetensors.js';
import { digestArtifact } from './digest-artifact.js';

const runs = { numRuns: 25 };

async function digestOf(write: (dir: string) => Promise<void>): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'twoshot-digest-'));
  try {
    await write(dir);
    return await digestArtifact(dir);
  } finally {
    await rm(dir, { recursive: true });
  }
}

interface Row {
  readonly id: number | null;
  readonly name: string | null;
  readonly on: boolean | null;
  readonly list: readonly number[];
}

const rowsArbitrary: fc.Arbitrary<Row[]> = fc.array(
  fc.record({
    id: fc.option(fc.integer({ min: -1000, max: 1000 })),
    name: fc.option(fc.string()),
    on: fc.option(fc.boolean()),
    list: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 3 }),
  }),
  { maxLength: 12 },
);

/** Writes rows with arrow-js's own means, cut into batches at will. */
function tableBytes(
  rows: readonly Row[],
  {
    cuts = [],
    metadata = [],
    name = new Utf8(),
  }: { cuts?: readonly number[]; metadata?: readonly [string, string][]; name?: DataType },
): Uint8Array {
  const fields = [
    new Field('id', new Int32(), true),
    new Field('name', name, true),
    new Field('on', new Bool(), true),
    new Field('list', new List(new Field('item', new Float32(), true)), false),
  ];
  const schema = new Schema(fields, new Map(metadata));
  const writer = new RecordBatchFileWriter();
  writer.reset(undefined, schema);
  const edges = [0, ...cuts.map((cut) => Math.min(cut, rows.length)), rows.length].sort((a, b) => a - b);
  // Built over all rows, so that every batch speaks of the same dictionary.
  const columns = [
    vectorFromArray(
      rows.map(({ id }) => id),
      new Int32(),
    ),
    vectorFromArray(
      rows.map((row) => row.name),
      name,
    ),
    vectorFromArray(
      rows.map(({ on }) => on),
      new Bool(),
    ),
    vectorFromArray(
      rows.map(({ list }) => list),
      new List(new Field('item', new Float32(), true)),
    ),
  ];
  for (const [at, end] of edges.slice(1).entries()) {
    const start = edges[at] ?? 0;
    if (end === start) continue;
    const children = columns.flatMap((column) => column.slice(start, end).data);
    const data = makeData({ type: new Struct(fields), length: end - start, nullCount: 0, children });
    writer.write(new RecordBatch(schema, data));
  }
  writer.close();
  return writer.toUint8Array(true);
}

const tableDigest = (bytes: Uint8Array): Promise<string> =>
  digestOf((dir) => writeFile(join(dir, 'rows.arrow'), bytes));

const jsonDigest = (text: string): Promise<string> => digestOf((dir) => writeFile(join(dir, 'a.json'), text));

const weightsDigest = (...entries: [string, NamedTensor][]): Promise<string> =>
  digestOf((dir) => writeSafetensors(join(dir, 'weights.safetensors'), new Map(entries)));

const tensor = (shape: number[], ...values: number[]): NamedTensor => ({ shape, data: Float32Array.from(values) });

test('the digest of a table does not depend on batches, dictionaries and the order of metadata', async () => {
  const cuts = fc.array(fc.nat(12), { maxLength: 4 });
  const metadata = fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(rowsArbitrary, cuts, metadata, async (rows, someCuts, pairs) => {
      const unique: [string, string][] = [...new Map(pairs)];
      const plain = await tableDigest(tableBytes(rows, { metadata: unique }));
      expect(await tableDigest(tableBytes(rows, { metadata: unique, cuts: someCuts }))).toBe(plain);
      expect(await tableDigest(tableBytes(rows, { metadata: unique.toReversed() }))).toBe(plain);
      if (rows.length === 0) return;
      const dictionaries = [3, 4].map((id) => new Dictionary(new Utf8(), new Int32(), id));
      for (const name of dictionaries)
        expect(await tableDigest(tableBytes(rows, { metadata: unique, name }))).toBe(plain);
    }),
    runs,
  );
});

test('another value, another order of rows, another name, type or metadata is another digest', async () => {
  await fc.assert(
    fc.asyncProperty(rowsArbitrary, rowsArbitrary, async (rows, others) => {
      const same = JSON.stringify(rows) === JSON.stringify(others);
      const [one, other] = await Promise.all([rows, others].map((each) => tableDigest(tableBytes(each, {}))));
      expect(one === other).toBe(same);
    }),
    runs,
  );
  const rows: Row[] = [
    { id: 1, name: 'a', on: true, list: [1] },
    { id: 2, name: 'b', on: null, list: [] },
  ];
  const variants = [
    rows,
    rows.toReversed(),
    rows.map((row) => ({ ...row, id: null })),
    rows.map((row) => ({ ...row, id: 0 })),
    rows.map((row) => ({ ...row, name: '' })),
    rows.map((row) => ({ ...row, name: null })),
    rows.map((row) => ({ ...row, on: false })),
    rows.map((row) => ({ ...row, list: [1, ...row.list] })),
    [
      { id: 1, name: 'ab', on: true, list: [1] },
      { id: 2, name: '', on: null, list: [] },
    ],
    [
      { id: 1, name: 'a', on: true, list: [] },
      { id: 2, name: 'b', on: null, list: [1] },
    ],
  ];
  const digests = await Promise.all(variants.map((each) => tableDigest(tableBytes(each, {}))));
  digests.push(await tableDigest(tableBytes(rows, { metadata: [['a', 'b']] })));
  expect(new Set(digests).size).toBe(digests.length);
});

test('the digest of a JSON document does not depend on the order of keys and on white space', async () => {
  const shuffled = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((one: unknown) => shuffled(one));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .toReversed()
        .map(([key, one]) => [key, shuffled(one)]),
    );
  };
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (value) => {
      const plain = await jsonDigest(JSON.stringify(value));
      expect(await jsonDigest(JSON.stringify(shuffled(value), null, 4))).toBe(plain);
    }),
    runs,
  );
  const values = ['[1,2]', '[2,1]', '{"a":1}', '{"a":"1"}', '{"a":null}', '{}', '[]'];
  expect(new Set(await Promise.all(values.map(jsonDigest))).size).toBe(values.length);
});

test('the digest of weights does not depend on the order of tensors, but on names, shapes and values', async () => {
  const a = tensor([2], 1, 2);
  const b = tensor([1, 2], 3, 4);
  const one = await weightsDigest(['a', a], ['b', b]);
  expect(await weightsDigest(['b', b], ['a', a])).toBe(one);
  const others = await Promise.all([
    weightsDigest(['a', b], ['b', a]),
    weightsDigest(['a', a], ['c', b]),
    weightsDigest(['a', a], ['b', tensor([2], 3, 4)]),
    weightsDigest(['a', a], ['b', tensor([1, 2], 3, 5)]),
    weightsDigest(['a', a]),
  ]);
  expect(new Set([one, ...others]).size).toBe(6);
});

test('file names, folders and bytes of other files count', async () => {
  const digest = (...files: [string, string][]): Promise<string> =>
    digestOf(async (dir) => {
      await mkdir(join(dir, 'sub'));
      for (const [name, content] of files) await writeFile(join(dir, name), content);
    });
  const digests = await Promise.all([
    digest(),
    digest(['a.csv', 'x']),
    digest(['b.csv', 'x']),
    digest(['sub/a.csv', 'x']),
    digest(['a.csv', 'x\n']),
    digest(['a.csv', 'x'], ['b.csv', '']),
  ]);
  expect(new Set(digests).size).toBe(digests.length);
  expect(await digest(['b.csv', ''], ['a.csv', 'x'])).toBe(digests.at(-1));
  await expect(digestOf((dir) => symlink('/etc/hostname', join(dir, 'a.csv')))).rejects.toThrow(
    /a\.csv: expected a plain file, found a link or a device/,
  );
});

test('a truncated or foreign file is refused with its name, what was expected and what was found', async () => {
  const rows: Row[] = [{ id: 1, name: 'a', on: true, list: [1] }];
  const bytes = tableBytes(rows, {});
  for (const length of [0, 7, 100, bytes.length - 1])
    await expect(
      digestOf(async (dir) => {
        await writeFile(join(dir, 'rows.arrow'), bytes);
        await truncate(join(dir, 'rows.arrow'), length);
      }),
      `${length} bytes`,
    ).rejects.toThrow(
      length < 18
        ? new RegExp(`rows\\.arrow: expected an Arrow file, found ${length} bytes`)
        : new RegExp(
            `rows\\.arrow: expected a complete Arrow file \\(ends with ARROW1\\), found a truncated one of ${length} bytes`,
          ),
    );
  await expect(tableDigest(Buffer.from('index,label\n0,1\n2,3\n4,5\n'))).rejects.toThrow(
    'rows.arrow: expected an Arrow file (starts with ARROW1), found "index,"',
  );
  const damaged = Uint8Array.from(bytes).fill(0xff, 12, 60);
  await expect(tableDigest(damaged)).rejects.toThrow(/rows\.arrow: expected record batch 0 of 1, found /);
  await expect(digestOf((dir) => writeFile(join(dir, 'a.json'), '{"a":'))).rejects.toThrow(
    /a\.json: expected a JSON document, found /,
  );
});
