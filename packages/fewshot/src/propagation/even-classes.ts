import type { AnyMatrix, Matrix } from '@twoshot/geometry';

export interface EvenOptions {
  /**
   * Power of the scores: the higher, the fewer undecided rows remain that make the classes even.
   */
  readonly sharpness: number;
}

const maximumSweeps = 200;
const tolerance = 1e-4;

/**
 * Scores as class probabilities such that every class has the same sum over all rows: scores^sharpness, each class
 * scaled by a factor and rows normalised (Sinkhorn iterations). Confident rows keep their class; the others move to
 * classes with free mass.
 *
 * @param scores [rows, classes] at least 0
 * @returns [rows, classes]; a row of zeros is uniform
 */
export function evenClasses(scores: AnyMatrix, { sharpness }: EvenOptions): Matrix<Float64Array> {
  const { rows, columns } = scores;
  const data = sharpen(scores, sharpness);
  const factors = new Float64Array(columns).fill(1);
  const sums = new Float64Array(columns);
  for (let sweep = 0; sweep < maximumSweeps; sweep++) {
    sums.fill(0);
    let reached = 0;
    for (let row = 0; row < rows; row++) {
      const base = row * columns;
      let total = 0;
      for (let i = 0; i < columns; i++) total += data[base + i]! * factors[i]!;
      if (total === 0) continue;
      reached++;
      for (let i = 0; i < columns; i++) sums[i]! += (data[base + i]! * factors[i]!) / total;
    }
    const wanted = reached / columns;
    if (sums.every((sum) => Math.abs(sum - wanted) <= tolerance * wanted)) break;
    for (let i = 0; i < columns; i++) if (sums[i]! > 0) factors[i]! *= wanted / sums[i]!;
  }
  for (let row = 0; row < rows; row++) {
    const base = row * columns;
    let total = 0;
    for (let i = 0; i < columns; i++) total += data[base + i]! *= factors[i]!;
    for (let i = 0; i < columns; i++) data[base + i] = total > 0 ? data[base + i]! / total : 1 / columns;
  }
  return { rows, columns, data };
}

/** (score / sum of its class)^sharpness, divided by the row maximum so that no power underflows. */
function sharpen({ rows, columns, data }: AnyMatrix, sharpness: number): Float64Array {
  const sums = new Float64Array(columns);
  for (let i = 0; i < data.length; i++) sums[i % columns]! += Math.max(data[i]!, 0);
  const sharp = new Float64Array(data.length);
  for (let row = 0; row < rows; row++) {
    const base = row * columns;
    let largest = 0;
    for (let i = 0; i < columns; i++) {
      if (sums[i]! > 0) sharp[base + i] = Math.max(data[base + i]!, 0) / sums[i]!;
      largest = Math.max(largest, sharp[base + i]!);
    }
    if (largest > 0) for (let i = 0; i < columns; i++) sharp[base + i] = (sharp[base + i]! / largest) ** sharpness;
  }
  return sharp;
}
