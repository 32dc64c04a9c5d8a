import type { Predictions } from './contents.js';

export interface Answer {
  /** Row of the predictions. */
  readonly row: number;
  readonly label: number;
  /** 0..1: the probability of the answered class. */
  readonly confidence: number;
}

/** The answer of every row with its confidence; logits and scores become probabilities by softmax or by their sum. */
export function answersOf({ rows, classNames, scale, values }: Predictions): Answer[] {
  const classes = classNames.length;
  return Array.from({ length: rows.count }, (_, row) => {
    const scores = values.subarray(row * classes, (row + 1) * classes);
    let label = 0;
    for (let k = 1; k < classes; k++) if (scores[k]! > scores[label]!) label = k;
    let total = 0;
    for (const score of scores) total += scale === 'logits' ? Math.exp(score - scores[label]!) : Math.max(0, score);
    const best = scale === 'logits' ? 1 : Math.max(0, scores[label]!);
    return { row, label, confidence: total > 0 ? best / total : 1 / classes };
  });
}
