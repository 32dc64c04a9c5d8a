import fc from 'fast-check';
import { expect, test } from 'vitest';
import { global, pickle, text, writeTorchFile, type WrittenTensor } from './torch-file.fixture.js';
import { readTorchFile } from './torch-file.js';
import { TorchFileError } from './torch-file-error.js';

const weight: WrittenTensor = { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] };
const sound = {
  'conv.weight': weight,
  'conv.bias': { shape: [2], values: [-1, 0.5] },
  'bn.num_batches_tracked': { type: 'LongStorage', shape: [], values: [7] },
  scalar: { shape: [], values: [9] },
} as const;
const file = writeTorchFile(sound);

test('float tensors come as they were saved, counters are left out', () => {
  expect([...readTorchFile(file)]).toEqual([
    ['conv.weight', { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
    ['conv.bias', { shape: [2], data: Float32Array.of(-1, 0.5) }],
    ['scalar', { shape: [], data: Float32Array.of(9) }],
  ]);
});

test('a tensor whose axes lie otherwise in memory comes with the last axis fastest', () => {
  const turned = writeTorchFile({ turned: { shape: [2, 1, 3], strides: [1, 77, 2], values: [1, 4, 2, 5, 3, 6] } });
  expect(readTorchFile(turned).get('turned')).toEqual({ shape: [2, 1, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) });
});

test.each<[string, WrittenTensor]>([
  ['a part of its storage', { shape: [2], values: [1, 2, 3] }],
  ['more than its storage', { shape: [4], values: [1, 2, 3] }],
  ['a look that starts later', { shape: [2], offset: 1, values: [1, 2] }],
  ['a look that starts before', { shape: [2], offset: -1, values: [1, 2] }],
  ['one number many times', { shape: [1000, 1000], strides: [0, 0], values: [1] }],
  ['overlapping rows', { shape: [2, 2], strides: [1, 1], values: [1, 2, 3, 4] }],
  ['a negative side', { shape: [-2, -1], values: [1, 2] }],
  ['sides beyond every number', { shape: [2 ** 30, 2 ** 30, 2 ** 30, 0], values: [1] }],
])('a tensor that is not all of its storage is refused: %s', (_, tensor) => {
  expect(() => readTorchFile(writeTorchFile({ tensor }))).toThrow(TorchFileError);
});

const head = (state: readonly number[]): Buffer =>
  Buffer.concat([writeTorchFile({}).subarray(0, headLength), pickle(state)]);
/** The three pickles before the state dict. */
const headLength = file.indexOf(pickle([]).subarray(0, 2), file.indexOf('protocol_version'));

test.each<[string, readonly number[]]>([
  ['a function of the system', [...global('os', 'system'), 0x28, ...text('true'), 0x74, 0x52]],
  ['a function of Python', [...global('builtins', 'eval'), 0x28, ...text('1'), 0x74, 0x52]],
  ['a class with a state', [...global('collections', 'Counter'), 0x29, 0x81]],
  ['an object of a class', [0x28, 0x69, ...Buffer.from('os\nsystem\n')]],
  ['a global by two texts', [...text('os'), ...text('system'), 0x93]],
  ['an extension', [0x82, 1]],
  ['a dictionary called with something', [...global('collections', 'OrderedDict'), 0x28, 0x28, 0x74, 0x74, 0x52]],
  ['a storage called as a function', [...global('torch', 'FloatStorage'), 0x29, 0x52]],
  ['a persistent value by a line', [0x50, ...Buffer.from('x\n')]],
  ['a number as text', [0x49, ...Buffer.from('1\n')]],
  ['a nested pickle of another protocol', [0x80, 4, 0x4e]],
  ['attributes of a number', [0x4b, 1, 0x7d, 0x62]],
  ['a value that nobody remembered', [0x68, 3]],
  ['nothing', []],
  ['two values', [0x4e, 0x4e]],
  ['a text longer than the file', [0x58, 0xff, 0xff, 0xff, 0x7f]],
])('instructions that tensors do not need are refused: %s', (_, state) => {
  expect(() => readTorchFile(head(state))).toThrow(TorchFileError);
});

test('the first wrong byte is named', () => {
  expect(() => readTorchFile(head([...global('os', 'system'), 0x29, 0x52]))).toThrow(
    /^byte \d+: expected one of collections OrderedDict, .* found os system$/,
  );
  expect(() => readTorchFile(Buffer.from('PK\u0003\u0004 of a later version'))).toThrow(TorchFileError);
});

test('a file that is cut anywhere is refused', () => {
  for (let end = 0; end < file.length; end++)
    expect(() => readTorchFile(file.subarray(0, end)), `${end} bytes`).toThrow(TorchFileError);
  expect(() => readTorchFile(Buffer.concat([file, Buffer.of(0)]))).toThrow('expected the end of the file');
});

test('whatever the bytes, it is tensors of no more numbers than the file holds, or refused', () => {
  const change = fc.record({ at: fc.nat(file.length - 1), byte: fc.nat(255), cut: fc.nat(3), grown: fc.nat(3) });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
      let bytes = Buffer.from(file);
      for (const { at, byte, cut, grown } of changes) {
        const place = Math.min(at, bytes.length);
        const put = Buffer.alloc(grown, byte);
        bytes = Buffer.concat([bytes.subarray(0, place), put, bytes.subarray(place + cut)]);
      }
      expect(problemOf(bytes)).toBeNull();
    }),
    { numRuns: 3000, seed: 7 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (state) => {
      expect(problemOf(head([...state]))).toBeNull();
    }),
    { numRuns: 3000, seed: 7 },
  );
});

/** Null where the bytes are read as no more numbers than they hold, or refused as they should be. */
function problemOf(bytes: Uint8Array): unknown {
  try {
    const numbers = [...readTorchFile(bytes).values()].reduce((sum, { data }) => sum + data.length, 0);
    return 4 * numbers < bytes.length ? null : `${numbers} numbers of ${bytes.length} bytes`;
  } catch (error) {
    return error instanceof TorchFileError ? null : error;
  }
}
