import type { HeldOut } from './held-out.js';
import type { LabelledPoints } from './labelled-points.js';

/** How many times as likely as the given class another must be. */
const decisive = 20;
/** With two labels in a class, either may be the wrong one. */
const enoughLabels = 3;

/** A labelled row whose class the others contradict. */
export interface DoubtedLabel {
  /** Position among all rows. */
  readonly position: number;
  readonly given: number;
  readonly suggested: number;
  /** Calibrated probability of the suggested class, 0..1. */
  readonly probability: number;
}

/**
 * Labelled rows that the labels of the others predict to be of another class, the most certain first; only of classes with
 * three labels and more.
 *
 * @param held with calibrated probabilities
 */
export function doubtedLabels(held: HeldOut, { label }: LabelledPoints): DoubtedLabel[] {
  const { columns, data } = held.probabilities;
  const counts = new Uint32Array(columns);
  for (const one of label) counts[one]!++;
  const found: DoubtedLabel[] = [];
  for (const [row, given] of held.label.entries()) {
    const own = data.subarray(row * columns, (row + 1) * columns);
    const probability = own.reduce((most, value) => Math.max(most, value), 0);
    if (counts[given]! < enoughLabels || probability <= decisive * own[given]!) continue;
    found.push({ position: held.position[row]!, given, suggested: own.indexOf(probability), probability });
  }
  return found.toSorted((a, b) => b.probability - a.probability || a.position - b.position);
}
