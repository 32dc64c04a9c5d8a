import { ArtifactError } from './artifact-error.js';
import type { NamedTensor } from './contents.js';
import { openFile } from './open-file.js';
import { readSafetensorsHeader } from './safetensors.js';

/** A tensor of a safetensors file before its values are read. */
export interface TensorShape {
  readonly name: string;
  readonly shape: readonly number[];
}

/**
 * Names and shapes in a safetensors file of any program, in the order of the data.
 *
 * @throws ArtifactError where it is none
 */
export async function listTensors(file: string): Promise<TensorShape[]> {
  const { tensors } = await readSafetensorsHeader(file);
  return tensors.map(({ name, shape }) => ({ name, shape }));
}

/**
 * Some tensors of a safetensors file of any program as float32, from F64, F32, F16 or BF16. The file may hold others.
 *
 * @throws ArtifactError for a tensor that is not there or holds no floats
 */
export async function readFloatTensors(file: string, names: Iterable<string>): Promise<Map<string, NamedTensor>> {
  const { tensors } = await readSafetensorsHeader(file);
  const entries = new Map(tensors.map((entry) => [entry.name, entry]));
  const handle = await openFile(file, 'a safetensors file');
  try {
    const result = new Map<string, NamedTensor>();
    for (const name of names) {
      const entry = entries.get(name);
      if (entry === undefined) throw new ArtifactError(file, `a tensor '${name}'`, 'none of that name');
      const { dtype, shape, begin, end } = entry;
      const decode = decoders[dtype];
      if (decode === undefined)
        throw new ArtifactError(file, `tensor '${name}' of ${Object.keys(decoders).join(', ')}`, dtype);
      const bytes = new Uint8Array(end - begin);
      await handle.read(bytes, 0, bytes.length, begin);
      result.set(name, { shape, data: decode(bytes.buffer) });
    }
    return result;
  } finally {
    await handle.close();
  }
}

const decoders: Readonly<Record<string, (bytes: ArrayBuffer) => Float32Array>> = {
  F64: (bytes) => Float32Array.from(new Float64Array(bytes)),
  F32: (bytes) => new Float32Array(bytes),
  F16: (bytes) => Float32Array.from(new Uint16Array(bytes), halfToNumber),
  BF16: (bytes) => new Float32Array(Uint32Array.from(new Uint16Array(bytes), (half) => half << 16).buffer),
};

/** IEEE 754 binary16: a sign, 5 bits of exponent, 10 of fraction. */
function halfToNumber(bits: number): number {
  const sign = bits >= 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}
