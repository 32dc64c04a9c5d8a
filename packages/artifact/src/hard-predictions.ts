import type { Predictions } from './contents.js';
import { noneOfThese } from './none-of-these.js';
import { probabilitiesOf } from './probabilities.js';

export interface HardPrediction {
  /** Row of the predictions. */
  readonly row: number;
  /** The most likely class, also of a row of none of the classes. */
  readonly label: number;
  /** Whether the answer is none of the classes. */
  readonly none: boolean;
  /** 0..1: the probability of the answer. */
  readonly confidence: number;
}

/**
 * The answer for every row with its probability: none of the classes where that is likelier than the threshold of the
 * predictions, else the most likely class, on a tie the lower one.
 */
export function hardPredictions(predictions: Predictions): HardPrediction[] {
  const { rows, classNames, values, none } = predictions;
  const classes = classNames.length;
  const probabilities = probabilitiesOf(predictions);
  return Array.from({ length: rows.count }, (_, row) => {
    const base = row * classes;
    let label = 0;
    for (let k = 1; k < classes; k++) if (values[base + k]! > values[base + label]!) label = k;
    const ofNone = none?.probability[row] ?? 0;
    const isNone = none !== undefined && ofNone > none.threshold;
    return { row, label, none: isNone, confidence: isNone ? ofNone : (1 - ofNone) * probabilities[base + label]! };
  });
}

/** How users read an answer: the name of the class, or `none of these`. */
export const answerName = (
  { label, none }: Pick<HardPrediction, 'label' | 'none'>,
  classNames: readonly string[],
): string => (none ? noneOfThese : classNames[label]!);
