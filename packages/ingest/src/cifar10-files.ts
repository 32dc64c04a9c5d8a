import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { checkFile } from './checked-file.js';
import type { CompetitionSet } from './competition.js';

/**
 * The binary version of CIFAR-10: six files of 10,000 records, each a label byte and 32x32 red, then green, then blue
 * values. https://www.cs.toronto.edu/~kriz/cifar.html
 */
export const cifar10Files = [
  { name: 'data_batch_1.bin', sha256: 'cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5' },
  { name: 'data_batch_2.bin', sha256: 'a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed' },
  { name: 'data_batch_3.bin', sha256: 'bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67' },
  { name: 'data_batch_4.bin', sha256: '014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48' },
  { name: 'data_batch_5.bin', sha256: '755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add' },
  { name: 'test_batch.bin', sha256: '8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b' },
] as const;

const rowsPerFile = 10_000;
const planeBytes = 32 * 32;
const recordBytes = 1 + 3 * planeBytes;
/** Images read per batch. */
const batch = 2000;

export const cifar10FileBytes = rowsPerFile * recordBytes;

const advice = 'remove the folder to download it again, or set `path` to a folder with the binary version';

/** Checks the six files of CIFAR-10 in a folder and opens them in the competition's shape. */
export async function openCifar10(folder: string): Promise<CompetitionSet> {
  const labels: Uint8Array[] = [];
  for (const { name, sha256 } of cifar10Files) {
    const label = new Uint8Array(rowsPerFile);
    await checkFile({ path: join(folder, name), sha256, bytes: cifar10FileBytes }, advice, (bytes, position) => {
      const first = Math.ceil(position / recordBytes);
      for (let row = first; row * recordBytes < position + bytes.length && row < rowsPerFile; row++)
        label[row] = bytes[row * recordBytes - position] ?? 0;
    });
    labels.push(label);
  }
  const paths = cifar10Files.map(({ name }) => join(folder, name));
  return {
    classNames: ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'],
    train: Buffer.concat(labels.slice(0, 5)),
    test: Buffer.concat(labels.slice(5)),
    async *pixels(set, count) {
      let left = count;
      for (const path of set === 'train' ? paths.slice(0, 5) : paths.slice(5)) {
        yield* streamPixels(path, Math.min(left, rowsPerFile));
        left -= Math.min(left, rowsPerFile);
      }
    },
  };
}

async function* streamPixels(path: string, count: number): AsyncGenerator<Uint8Array, void, undefined> {
  const handle = await open(path);
  try {
    for (let start = 0; start < count; start += batch) {
      const records = Buffer.alloc(Math.min(batch, count - start) * recordBytes);
      const { bytesRead } = await handle.read(records, 0, records.length, start * recordBytes);
      yield interleave(records.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}

/** Records of a label and three planes to pixels [rows, 32, 32, 3]. */
function interleave(records: Uint8Array): Uint8Array {
  const count = records.length / recordBytes;
  const pixels = new Uint8Array(count * 3 * planeBytes);
  let to = 0;
  for (let row = 0; row < count; row++) {
    const from = row * recordBytes + 1;
    for (let at = from; at < from + planeBytes; at++) {
      pixels[to++] = records[at]!;
      pixels[to++] = records[at + planeBytes]!;
      pixels[to++] = records[at + 2 * planeBytes]!;
    }
  }
  return pixels;
}
