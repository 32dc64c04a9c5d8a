import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listTensors, readFloatTensors } from './index.js';

let folder = '';
let file = '';

/** A file as another program writes it: tensors of several types, in any order. */
async function writeTensors(tensors: Readonly<Record<string, { dtype: string; shape: number[]; bytes: Uint8Array }>>) {
  const header: Record<string, object> = { __metadata__: { format: 'pt' } };
  let offset = 0;
  for (const [name, { dtype, shape, bytes }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [offset, offset + bytes.length] };
    offset += bytes.length;
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  await writeFile(file, Buffer.concat([length, json, ...Object.values(tensors).map(({ bytes }) => bytes)]));
}

const bytesOf = (values: { readonly buffer: ArrayBuffer }): Uint8Array => new Uint8Array(values.buffer);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tensors-'));
  file = join(folder, 'weights.safetensors');
  await writeTensors({
    // 1, -2, the largest number, the smallest above 0, infinity.
    half: { dtype: 'F16', shape: [5], bytes: bytesOf(Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00)) },
    brain: { dtype: 'BF16', shape: [2], bytes: bytesOf(Uint16Array.of(0x3f80, 0xc049)) },
    single: { dtype: 'F32', shape: [2, 1], bytes: bytesOf(Float32Array.of(0.1, -7)) },
    double: { dtype: 'F64', shape: [1], bytes: bytesOf(Float64Array.of(0.1)) },
    steps: { dtype: 'I64', shape: [], bytes: bytesOf(BigInt64Array.of(3n)) },
  });
});

afterAll(() => rm(folder, { recursive: true }));

test('floats of every width are read as float32', async () => {
  const tensors = await readFloatTensors(file, ['double', 'single', 'brain', 'half']);
  expect(Object.fromEntries(tensors)).toEqual({
    double: { shape: [1], data: Float32Array.of(0.1) },
    single: { shape: [2, 1], data: Float32Array.of(0.1, -7) },
    brain: { shape: [2], data: Float32Array.of(1, -3.140625) },
    half: { shape: [5], data: Float32Array.of(1, -2, 65504, 2 ** -24, Infinity) },
  });
});

test('names and shapes are told without reading values', async () => {
  expect(await listTensors(file)).toContainEqual({ name: 'steps', shape: [] });
  expect(await listTensors(file)).toContainEqual({ name: 'single', shape: [2, 1] });
});

test('a tensor that is not there or holds integers is refused by name', async () => {
  await expect(readFloatTensors(file, ['bias'])).rejects.toThrow("expected a tensor 'bias', found none of that name");
  await expect(readFloatTensors(file, ['steps'])).rejects.toThrow("tensor 'steps' of F64, F32, F16, BF16, found I64");
});
