import type { ByteReader } from './byte-reader.js';
import { TorchFileError } from './torch-file-error.js';

/** Values of a block of float32 or int64 numbers that lies further back in the file. */
export interface StorageReference {
  readonly is: 'storage';
  readonly type: 'FloatStorage' | 'LongStorage';
  readonly key: string;
  readonly count: number;
}

/** A tensor as it is written: a look at a storage. */
export interface TensorReference {
  readonly is: 'tensor';
  readonly storage: StorageReference;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** A name that a pickle may call; there are no others. */
interface Callable {
  readonly is: 'callable';
  readonly name: (typeof callables)[number];
}

export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | StorageReference
  | TensorReference
  | Callable
  | readonly PickleValue[]
  | ReadonlyMap<PickleValue, PickleValue>;

const callables = [
  'collections OrderedDict',
  'torch._utils _rebuild_tensor_v2',
  'torch FloatStorage',
  'torch LongStorage',
] as const;

/** Stands on the stack where a list, a tuple or the items of a dictionary begin. */
const mark = Symbol('mark');
type Entry = PickleValue | typeof mark;

/**
 * Reads one pickle of those that `torch.save` writes for tensors (protocol 2) and stops after it. Pickles are programs;
 * this machine has no instruction that calls anything, but for the four names above, which become plain values here.
 *
 * @throws TorchFileError at the first instruction, name or value that tensors do not need
 */
export function readPickle(reader: ByteReader): PickleValue {
  const stack: Entry[] = [];
  const memo = new Map<number, PickleValue>();

  const refuse = (expected: string, found: string): never => {
    throw new TorchFileError(reader.at, expected, found);
  };
  const pop = (): PickleValue => {
    const top = stack.pop();
    return top === undefined || top === mark ? refuse('a value on the stack', 'none') : top;
  };
  const popToMark = (): PickleValue[] => {
    const from = stack.lastIndexOf(mark);
    if (from < 0) return refuse('a mark on the stack', 'none');
    const values = stack.splice(from) as PickleValue[];
    return values.slice(1);
  };
  const put = (at: number): void => {
    const top = stack.at(-1);
    memo.set(at, top === undefined || top === mark ? refuse('a value to remember', 'none') : top);
  };
  const get = (at: number): PickleValue => {
    const value = memo.get(at);
    return value === undefined ? refuse('a value that was remembered', `none at ${at}`) : value;
  };
  const setItems = (items: readonly PickleValue[]): void => {
    const target = stack.at(-1);
    if (!(target instanceof Map) || items.length % 2 !== 0) return refuse('a dictionary and pairs', 'something else');
    for (let i = 0; i < items.length; i += 2) target.set(items[i]!, items[i + 1]!);
  };
  const append = (items: readonly PickleValue[]): void => {
    const target = stack.at(-1);
    if (!Array.isArray(target)) return refuse('a list', 'something else');
    for (const item of items) target.push(item);
  };

  for (;;) {
    const opcode = reader.uint8('a pickle');
    switch (opcode) {
      case 0x80: // PROTO
        if (reader.uint8('a protocol') !== 2) refuse('protocol 2', 'another');
        break;
      case 0x2e: {
        // STOP
        const value = pop();
        return stack.length === 0 ? value : refuse('one value', `${stack.length + 1}`);
      }
      case 0x28: // MARK
        stack.push(mark);
        break;
      case 0x4e: // NONE
        stack.push(null);
        break;
      case 0x88: // NEWTRUE
        stack.push(true);
        break;
      case 0x89: // NEWFALSE
        stack.push(false);
        break;
      case 0x4b: // BININT1
        stack.push(reader.uint8('a number'));
        break;
      case 0x4d: // BININT2
        stack.push(reader.uint16('a number'));
        break;
      case 0x4a: // BININT
        stack.push(reader.int32('a number'));
        break;
      case 0x8a: // LONG1
        stack.push(longOf(reader.take(reader.uint8('a number'), 'a number')));
        break;
      case 0x58: // BINUNICODE
        stack.push(reader.text(reader.uint32('a text'), 'a text'));
        break;
      case 0x7d: // EMPTY_DICT
        stack.push(new Map());
        break;
      case 0x5d: // EMPTY_LIST
        stack.push([]);
        break;
      case 0x29: // EMPTY_TUPLE
        stack.push([]);
        break;
      case 0x74: // TUPLE
        stack.push(popToMark());
        break;
      case 0x85: // TUPLE1
        stack.push([pop()]);
        break;
      case 0x86: {
        // TUPLE2
        const last = pop();
        stack.push([pop(), last]);
        break;
      }
      case 0x61: // APPEND
        append([pop()]);
        break;
      case 0x65: // APPENDS
        append(popToMark());
        break;
      case 0x73: {
        // SETITEM
        const value = pop();
        setItems([pop(), value]);
        break;
      }
      case 0x75: // SETITEMS
        setItems(popToMark());
        break;
      case 0x71: // BINPUT
        put(reader.uint8('a place'));
        break;
      case 0x72: // LONG_BINPUT
        put(reader.uint32('a place'));
        break;
      case 0x68: // BINGET
        stack.push(get(reader.uint8('a place')));
        break;
      case 0x6a: // LONG_BINGET
        stack.push(get(reader.uint32('a place')));
        break;
      case 0x63: {
        // GLOBAL
        const asked = `${reader.line('a module')} ${reader.line('a name')}`;
        const name = callables.find((known) => known === asked);
        stack.push(name === undefined ? refuse(`one of ${callables.join(', ')}`, asked) : { is: 'callable', name });
        break;
      }
      case 0x51: // BINPERSID
        stack.push(storageOf(pop(), refuse));
        break;
      case 0x52: {
        // REDUCE
        const given = pop();
        stack.push(called(pop(), given, refuse));
        break;
      }
      case 0x62: // BUILD: attributes of a dictionary, which say how PyTorch's modules were versioned.
        pop();
        if (!(stack.at(-1) instanceof Map)) refuse('a dictionary to give attributes to', 'something else');
        break;
      default:
        refuse('an instruction that tensors need', `0x${opcode.toString(16)}`);
    }
  }
}

type Refuse = (expected: string, found: string) => never;

/** Two's complement, the lowest byte first. */
function longOf(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  return BigInt.asIntN(bytes.length * 8, value);
}

/** A dictionary for `OrderedDict()`, a tensor for `_rebuild_tensor_v2(storage, offset, shape, strides, ...)`. */
function called(callable: PickleValue, given: PickleValue, refuse: Refuse): PickleValue {
  if (!isA('callable', callable) || !Array.isArray(given)) return refuse('a call', 'something else');
  if (callable.name === 'collections OrderedDict')
    return given.length === 0 ? new Map() : refuse('an empty dictionary', `${given.length} arguments`);
  if (callable.name !== 'torch._utils _rebuild_tensor_v2') return refuse('a function', callable.name);
  const [storage, offset, shape, strides] = given;
  if (given.length !== 6 || !isA('storage', storage) || !isSize(offset) || !areSizes(shape) || !areSizes(strides))
    return refuse('a tensor of a storage, offset, shape and strides', 'something else');
  if (shape.length !== strides.length) return refuse(`${shape.length} strides`, `${strides.length}`);
  return { is: 'tensor', storage, offset, shape, strides };
}

/** `('storage', type, key, device, count, None)`. */
function storageOf(id: PickleValue, refuse: Refuse): StorageReference {
  const [word, callable, key, device, count, view] = Array.isArray(id) ? id : [];
  if (
    !Array.isArray(id) ||
    id.length !== 6 ||
    word !== 'storage' ||
    !isA('callable', callable) ||
    typeof key !== 'string' ||
    device !== 'cpu' ||
    !isSize(count) ||
    view !== null
  )
    return refuse('a storage of this file', 'something else');
  if (callable.name === 'torch FloatStorage') return { is: 'storage', type: 'FloatStorage', key, count };
  if (callable.name === 'torch LongStorage') return { is: 'storage', type: 'LongStorage', key, count };
  return refuse('a type of storage', callable.name);
}

type Tagged = StorageReference | TensorReference | Callable;

/** Whether a value is one of those that stand for something of PyTorch. */
export function isA<W extends Tagged['is']>(what: W, value: unknown): value is Extract<Tagged, { is: W }> {
  return typeof value === 'object' && value !== null && 'is' in value && value.is === what;
}

const isSize = (value: unknown): value is number => typeof value === 'number' && value >= 0;

const areSizes = (value: unknown): value is readonly number[] => Array.isArray(value) && value.every(isSize);
