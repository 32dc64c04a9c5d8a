import { csvField, csvName, csvPath } from '@twoshot/artifact';
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

/**
 * `file,label,confidence` and a column for every possible answer; files that cannot be read are left out. No field is a
 * formula to a spreadsheet.
 */
export const csvAnswers = (answers: readonly string[]): AnswerFormat => ({
  head: ['file', 'label', 'confidence', ...answers.map((name) => csvField(`p(${name})`))].join(','),
  line: (answer) =>
    'fault' in answer
      ? null
      : [
          csvPath(answer.file),
          csvName(answer.label),
          decimals(answer.confidence),
          ...Array.from(answer.probabilities, decimals),
        ].join(','),
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
