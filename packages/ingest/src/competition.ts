import { type Images, type Labels, createImageWriter, rowsOf, writeLabels } from '@twoshot/artifact';
import type { Progress } from '@twoshot/stage';
import { chooseRows } from './draw.js';

/** A data set of 32x32 RGB images in a training and a test file. */
export interface CompetitionSet {
  readonly classNames: readonly string[];
  /** Class of every row. */
  readonly train: Uint8Array;
  readonly test: Uint8Array;
  /** Pixels [rows, 32, 32, 3] of the first `count` rows, in order, in batches. */
  pixels(set: 'train' | 'test', count: number): AsyncIterable<Uint8Array>;
}

export interface CompetitionChoice {
  readonly split: number;
  readonly draw: number;
  readonly shots: number;
  readonly limit: number | null;
}

export type CompetitionOutputs = Readonly<Record<'train' | 'val' | 'test' | 'labels' | 'truth', string>>;

/** Rows of the training file that the competition uses. */
export const trainingRows = 50_000;

const side = 32;
const shape = { height: side, width: side, channels: 3 };
const imageBytes = side * side * 3;

/**
 * Writes a data set in the shape of the competition. A row's index is its row in the file. The image artifacts depend
 * on `split` and `limit` only, the labels on the whole selection.
 */
export async function writeCompetition(
  source: CompetitionSet,
  choice: CompetitionChoice,
  outputs: CompetitionOutputs,
  progress: (progress: Progress) => void,
): Promise<void> {
  const limit = choice.limit ?? trainingRows;
  const train = source.train.subarray(0, Math.min(trainingRows, limit));
  const test = source.test.subarray(0, limit);
  const { validation, labelled } = chooseRows(train, source.classNames, choice);
  const total = train.length + test.length;

  const validating = new Set(validation);
  const trainWriter = createImageWriter(outputs.train, { ...shape, set: 'train' });
  const valWriter = createImageWriter(outputs.val, { ...shape, set: 'val' });
  let row = 0;
  for await (const pixels of source.pixels('train', train.length)) {
    const rows = Uint32Array.from({ length: pixels.length / imageBytes }, (_, at) => row + at);
    const start = row;
    await trainWriter.write(
      pick(
        'train',
        pixels,
        start,
        rows.filter((one) => !validating.has(one)),
      ),
    );
    await valWriter.write(
      pick(
        'val',
        pixels,
        start,
        rows.filter((one) => validating.has(one)),
      ),
    );
    row += rows.length;
    progress({ step: row, total, unit: 'images' });
  }
  await trainWriter.close();
  await valWriter.close();

  const testWriter = createImageWriter(outputs.test, { ...shape, set: 'test' });
  row = 0;
  for await (const pixels of source.pixels('test', test.length)) {
    const rows = Uint32Array.from({ length: pixels.length / imageBytes }, (_, at) => row + at);
    await testWriter.write(pick('test', pixels, row, rows));
    row += rows.length;
    progress({ step: train.length + row, total, unit: 'images' });
  }
  await testWriter.close();

  const origin = { split: choice.split, draw: choice.draw };
  const base = { classNames: source.classNames, source: 'given', origin } as const;
  const label = Int32Array.from(labelled, (one) => train[one] ?? -1);
  const weight = new Float32Array(labelled.length).fill(1);
  await writeLabels(outputs.labels, { ...base, rows: rowsOf('train', labelled), label, weight });
  await writeLabels(outputs.truth, { ...base, ...hidden(train, test, validating, new Set(labelled)) });
}

/** The given rows of a batch that starts at `start`. */
function pick(set: string, pixels: Uint8Array, start: number, index: Uint32Array): Images {
  const whole = index.length * imageBytes === pixels.length;
  const picked = whole ? pixels : new Uint8Array(index.length * imageBytes);
  if (!whole)
    for (const [at, row] of index.entries()) {
      const from = (row - start) * imageBytes;
      picked.set(pixels.subarray(from, from + imageBytes), at * imageBytes);
    }
  return { ...shape, set, count: index.length, index, pixels: picked };
}

/** All labels that are not given: those of the training images, of the validation images and of the test. */
function hidden(
  train: Uint8Array,
  test: Uint8Array,
  validating: ReadonlySet<number>,
  labelled: ReadonlySet<number>,
): Pick<Labels, 'rows' | 'label' | 'weight'> {
  const trainRows = [...train.keys()].filter((row) => !labelled.has(row));
  const count = trainRows.length + test.length;
  const rows = {
    count,
    sets: ['train', 'val', 'test'],
    set: new Uint8Array(count).fill(2),
    index: new Uint32Array(count),
    view: null,
  };
  const label = new Int32Array(count);
  for (const [at, row] of trainRows.entries()) {
    rows.set[at] = validating.has(row) ? 1 : 0;
    rows.index[at] = row;
    label[at] = train[row] ?? -1;
  }
  for (const [row, one] of test.entries()) {
    rows.index[trainRows.length + row] = row;
    label[trainRows.length + row] = one;
  }
  return { rows, label, weight: new Float32Array(count).fill(1) };
}
