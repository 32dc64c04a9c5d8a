import { stringify } from 'csv-stringify/sync';
import type { Answer } from './predictor.js';

/** How answers are written, a line each. */
export interface AnswerFormat {
  /** Before all answers; null for nothing. */
  readonly head: string | null;
  /** Null for an answer that has no place in it. */
  readonly line: (answer: Answer) => string | null;
}

const decimals = (value: number): string => value.toFixed(4);

const rounded = (value: number): number => Number(decimals(value));

const csvLine = (cells: readonly string[]): string => stringify([[...cells]]).trimEnd();

/** `file,label,confidence` and a column for every possible answer; files that cannot be read are left out. */
export const csvAnswers = (answers: readonly string[]): AnswerFormat => ({
  head: csvLine(['file', 'label', 'confidence', ...answers.map((name) => `p(${name})`)]),
  line: (answer) =>
    'fault' in answer
      ? null
      : csvLine([
          answer.file,
          answer.label,
          decimals(answer.confidence),
          ...Array.from(answer.probabilities, decimals),
        ]),
});

/** One JSON object a line; a file that cannot be read has `error`. */
export const jsonAnswers = (answers: readonly string[]): AnswerFormat => ({
  head: null,
  line(answer) {
    if ('fault' in answer) return JSON.stringify({ file: answer.file, error: answer.fault });
    const { file, label, confidence, probabilities } = answer;
    return JSON.stringify({
      file,
      label,
      confidence: rounded(confidence),
      probabilities: Object.fromEntries(answers.map((name, at) => [name, rounded(probabilities[at]!)])),
    });
  },
});
