import { type Images, type Labels, type Predictions, streamImages } from '@twoshot/artifact';
import { choosePredictions } from './sureness.js';

/** The images of a set that a page shows; the others are never held in memory. */
export interface ShownSet {
  readonly set: string;
  /** Images that the set has, shown or not. */
  readonly total: number;
  readonly images: Images;
}

export interface Shown {
  readonly labels: Labels;
  readonly predictions: Predictions | null;
  /** Most confident predictions per class, and least confident ones. */
  readonly surest: number;
  readonly leastSure: number;
}

/** Reads the images that a page shows. */
export async function readShownImages(paths: readonly string[], shown: Shown): Promise<ShownSet[]> {
  const wanted = indicesBySet(shown);
  const sets: ShownSet[] = [];
  for (const path of paths) sets.push(await readSome(path, wanted));
  return sets;
}

function indicesBySet({ labels, predictions, surest: perClass, leastSure: most }: Shown): Map<string, Set<number>> {
  const wanted = new Map<string, Set<number>>();
  const add = ({ rows: { sets, set, index } }: Pick<Labels, 'rows'>, row: number): void => {
    const name = sets[set[row]!]!;
    if (!wanted.has(name)) wanted.set(name, new Set());
    wanted.get(name)!.add(index[row]!);
  };
  for (const row of labels.label.keys()) add(labels, row);
  if (predictions !== null) {
    const chosen = choosePredictions(predictions, perClass, most);
    for (const { row } of [...chosen.surest, ...chosen.leastSure, ...chosen.none]) add(predictions, row);
  }
  return wanted;
}

async function readSome(path: string, wanted: ReadonlyMap<string, ReadonlySet<number>>): Promise<ShownSet> {
  let first: Images | null = null;
  let total = 0;
  const index: number[] = [];
  const pixels: Uint8Array[] = [];
  for await (const batch of streamImages(path)) {
    first ??= batch;
    total += batch.count;
    const bytes = batch.height * batch.width * batch.channels;
    for (const [at, one] of batch.index.entries()) {
      if (wanted.get(batch.set)?.has(one) !== true) continue;
      index.push(one);
      pixels.push(batch.pixels.slice(at * bytes, (at + 1) * bytes));
    }
  }
  const { set, height, width, channels } = first!;
  const images = { set, height, width, channels, count: index.length, index: Uint32Array.from(index) };
  return { set, total, images: { ...images, pixels: Buffer.concat(pixels) } };
}
