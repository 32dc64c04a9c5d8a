import type { Matrix } from '@twoshot/geometry';
import { type ModelStack, requireStack } from './model-stack.js';

/**
 * Mean over models of the rank of each row within its class, divided by the number of rows: 1 is the row that is most
 * likely of this class. Ties take their mean rank. Ranks are relative to the other rows: a transductive ensemble.
 *
 * @returns [rows, classes]
 */
export function rankAverage(stack: ModelStack): Matrix<Float64Array> {
  requireStack(stack);
  const { models, rows, classes, data } = stack;
  const scores = new Float64Array(rows * classes);
  for (let model = 0; model < models; model++)
    for (let label = 0; label < classes; label++) {
      const value = (row: number): number => data[(model * rows + row) * classes + label]!;
      const order = Array.from({ length: rows }, (_, row) => row).sort((a, b) => value(a) - value(b));
      for (let start = 0, end = 0; start < rows; start = end) {
        while (end < rows && value(order[end]!) === value(order[start]!)) end++;
        const rank = (start + 1 + end) / 2;
        for (let i = start; i < end; i++) scores[order[i]! * classes + label]! += rank / rows / models;
      }
    }
  return { rows, columns: classes, data: scores };
}
