import { open } from 'node:fs/promises';
import { ArtifactError } from './artifact-error.js';
import type { NamedTensor } from './contents.js';
import { parseJson } from './json-document.js';
import { aCount, aString, inside, listOf, object, recordOf } from './json-shape.js';
import { openFile } from './open-file.js';

/**
 * The safetensors format: 8 bytes of header length (little-endian), a JSON header `{ name: { dtype, shape,
 * data_offsets: [begin, end) } }`, the data. https://github.com/huggingface/safetensors
 */
interface TensorEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Bytes from the start of the file. */
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  /** In the order of the data. */
  readonly tensors: readonly TensorEntry[];
  /** The free `__metadata__` map. */
  readonly metadata: Readonly<Record<string, string>>;
}

const expected = 'a safetensors file';

/** Longest header that the format's reference implementation accepts. */
const maxHeaderBytes = 100_000_000;

/** Writes float32 tensors, in the order of the map. */
export async function writeSafetensors(file: string, tensors: ReadonlyMap<string, NamedTensor>): Promise<void> {
  const header: Record<string, object> = {};
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    const wanted = shape.reduce((product, side) => product * side, 1);
    if (wanted !== data.length)
      throw new ArtifactError(file, `${wanted} values in '${name}' of [${shape.join(', ')}]`, `${data.length}`);
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = JSON.stringify(header);
  // The header is padded with spaces so that the data is aligned to 8 bytes.
  const padded = json + ' '.repeat((8 - (Buffer.byteLength(json) % 8)) % 8);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(padded)));
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(length);
    await handle.writeFile(padded);
    for (const { data } of tensors.values())
      await handle.writeFile(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  } finally {
    await handle.close();
  }
}

/** Reads float32 tensors, in the order of their data. */
export async function readSafetensors(file: string): Promise<Map<string, NamedTensor>> {
  const { tensors } = await readSafetensorsHeader(file);
  const weights = new Map<string, NamedTensor>();
  const handle = await openFile(file, expected);
  try {
    for (const { name, dtype, shape, begin, end } of tensors) {
      if (dtype !== 'F32') throw new ArtifactError(file, `tensor '${name}' of F32`, dtype);
      const data = new Float32Array((end - begin) / 4);
      await handle.read(new Uint8Array(data.buffer), 0, end - begin, begin);
      weights.set(name, { shape, data });
    }
  } finally {
    await handle.close();
  }
  return weights;
}

/** Reads and checks the header alone. */
export async function readSafetensorsHeader(file: string): Promise<SafetensorsHeader> {
  const handle = await openFile(file, expected);
  try {
    const { size } = await handle.stat();
    if (size < 8) throw new ArtifactError(file, expected, `${size} bytes`);
    const prefix = Buffer.alloc(8);
    await handle.read(prefix, 0, 8, 0);
    const length = Number(prefix.readBigUInt64LE());
    if (length > maxHeaderBytes || length > size - 8)
      throw new ArtifactError(file, expected, `a header of ${length} bytes in a file of ${size}`);
    const json = Buffer.alloc(length);
    await handle.read(json, 0, length, 8);
    return parseHeader(file, json.toString('utf8'), 8 + length, size);
  } finally {
    await handle.close();
  }
}

const bytesOf: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
};

function parseHeader(file: string, json: string, start: number, size: number): SafetensorsHeader {
  const place = { file, path: '' };
  const { __metadata__: metadata, ...entries } = object(parseJson(file, json), place);
  const tensors = Object.entries(entries).map(([name, entry]): TensorEntry => {
    const inEntry = inside(place, name);
    const { dtype, shape, data_offsets: offsets } = object(entry, inEntry);
    const type = aString(dtype, inside(inEntry, 'dtype'));
    const width = bytesOf[type];
    if (width === undefined) throw new ArtifactError(file, `a known dtype of tensor '${name}'`, type);
    const sides = listOf(aCount())(shape, inside(inEntry, 'shape'));
    const [from = 0, to = 0, ...others] = listOf(aCount())(offsets, inside(inEntry, 'data_offsets'));
    if (others.length > 0) throw new ArtifactError(file, `two offsets of tensor '${name}'`, `${2 + others.length}`);
    const wanted = sides.reduce((product, side) => product * side, width);
    if (!Number.isSafeInteger(wanted) || to - from !== wanted)
      throw new ArtifactError(file, `${wanted} bytes of tensor '${name}'`, `${to - from}`);
    const end = start + to;
    if (end > size)
      throw new ArtifactError(file, `tensor '${name}' up to byte ${end}`, `a truncated file of ${size} bytes`);
    return { name, dtype: type, shape: sides, begin: start + from, end };
  });
  tensors.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkOrder(file, tensors, start, size);
  return { tensors, metadata: recordOf(aString)(metadata ?? {}, inside(place, '__metadata__')) };
}

/** As the format demands: the tensors cover the data, without gaps, and none lies over another. */
function checkOrder(file: string, tensors: readonly TensorEntry[], start: number, size: number): void {
  let after = start;
  for (const { name, begin, end } of tensors) {
    if (begin !== after)
      throw new ArtifactError(
        file,
        `tensor '${name}' from byte ${after}, where the one before ends`,
        `byte ${begin}, ${begin < after ? 'over the one before' : 'behind a gap'}`,
      );
    after = end;
  }
  if (after !== size) throw new ArtifactError(file, `${after} bytes, as the header says`, `${size}`);
}
