import type { HardPrediction } from '@twoshot/artifact';

/** The `count` most confident predictions of each class, most confident first. */
export function surest(answers: readonly HardPrediction[], classes: number, count: number): HardPrediction[] {
  const sorted = answers.toSorted((a, b) => b.confidence - a.confidence || a.row - b.row);
  return Array.from({ length: classes }, (_, label) =>
    sorted.filter((answer) => answer.label === label).slice(0, count),
  ).flat();
}

/** The `count` least confident predictions, least confident first. */
export function leastSure(answers: readonly HardPrediction[], count: number): HardPrediction[] {
  return answers.toSorted((a, b) => a.confidence - b.confidence || a.row - b.row).slice(0, count);
}
