import type { NamedTensor } from '@twoshot/artifact';
import { ByteReader } from './byte-reader.js';
import { isA, type PickleValue, readPickle, type StorageReference, type TensorReference } from './pickle.js';
import { isDense, inOrder } from './strided.js';
import { TorchFileError } from './torch-file-error.js';

/** What `torch.save` wrote before version 1.6 begins with. */
const magic = 0x1950a86a20f9469cfc6cn;
const protocol = 1001;

const bytesOf = { FloatStorage: 4, LongStorage: 8 } as const;

/**
 * The float32 tensors of a state dict in the format that `torch.save` had before version 1.6 (and has with
 * `_use_new_zipfile_serialization=False`): four pickles, then the numbers. Counters (int64) are left out.
 *
 * @param bytes the whole file
 * @returns tensors in their order, each with numbers of its own
 * @throws TorchFileError for a file that is damaged, or holds anything but a state dict of whole tensors
 */
export function readTorchFile(bytes: Uint8Array): Map<string, NamedTensor> {
  const reader = new ByteReader(bytes);
  const refuse = (expected: string, found: string): never => {
    throw new TorchFileError(reader.at, expected, found);
  };
  if (readPickle(reader) !== magic) refuse('a file of torch.save before version 1.6', 'another format');
  if (readPickle(reader) !== protocol) refuse(`protocol ${protocol}`, 'another');
  const system = readPickle(reader);
  if (!(system instanceof Map) || system.get('little_endian') !== true) refuse('little-endian numbers', 'others');
  const state = readPickle(reader);
  if (!(state instanceof Map)) return refuse('a state dict', 'something else');
  const tensors = tensorsOf(state, refuse);
  const keys = readPickle(reader);
  if (!Array.isArray(keys)) return refuse('the keys of storages', 'something else');

  const owners = new Map(tensors.map(([name, tensor]) => [tensor.storage.key, { name, tensor }]));
  const found = new Map<string, NamedTensor>();
  for (const key of keys as readonly PickleValue[]) {
    const owner = typeof key === 'string' ? owners.get(key) : undefined;
    if (owner === undefined) return refuse('the storage of a tensor', 'one of none, or one twice');
    owners.delete(owner.tensor.storage.key);
    const { name, tensor } = owner;
    const { shape, strides } = tensor;
    const numbers = readStorage(reader, tensor.storage);
    if (numbers !== null) found.set(name, { shape, data: inOrder(numbers, shape, strides) });
  }
  if (owners.size > 0) refuse(`${owners.size} more storages`, 'none');
  if (reader.left > 0) refuse('the end of the file', `${reader.left} more bytes`);
  return new Map(tensors.flatMap(([name]) => (found.has(name) ? [[name, found.get(name)!]] : [])));
}

/** Each is all of its storage: so no file of some bytes asks for more numbers than it holds. */
function tensorsOf(
  state: ReadonlyMap<unknown, unknown>,
  refuse: (expected: string, found: string) => never,
): [string, TensorReference][] {
  const keys = new Set<string>();
  return [...state].map(([name, tensor]): [string, TensorReference] => {
    if (typeof name !== 'string' || !isA('tensor', tensor)) return refuse('tensors by their names', 'something else');
    const { storage, offset, shape, strides } = tensor;
    if (offset !== 0 || !isDense(shape, strides, storage.count))
      return refuse(`a tensor ${name} that is all of its storage`, 'a part of one');
    if (keys.has(storage.key)) return refuse(`a storage of its own for ${name}`, 'that of another');
    keys.add(storage.key);
    return [name, tensor];
  });
}

/** Null for a storage that holds no float32. */
function readStorage(reader: ByteReader, { type, key, count }: StorageReference): Float32Array | null {
  const written = reader.count('numbers in a storage');
  if (written !== count) throw new TorchFileError(reader.at, `${count} numbers of the storage ${key}`, `${written}`);
  const bytes = reader.take(count * bytesOf[type], `the storage ${key}`);
  if (type !== 'FloatStorage') return null;
  const numbers = new Float32Array(count);
  new Uint8Array(numbers.buffer).set(bytes);
  return numbers;
}
