import { positionsAmong, type Predictions, probabilitiesOf, rowName, type Rows } from '@twoshot/artifact';
import type { ModelStack } from '@twoshot/ensembling';
import { StageInputError } from '@twoshot/stage';

/** Predictions of several models of the same rows, in the order of the first. */
export interface StackedPredictions {
  readonly rows: Rows;
  readonly classNames: readonly string[];
  /** [models, rows, classes] probabilities */
  readonly stack: ModelStack;
}

/** One model's predictions, with the input that they came from; its name is read only for a message. */
export interface NamedPredictions {
  readonly input: { readonly from: string };
  readonly predictions: Predictions;
}

/**
 * Brings predictions to one order of rows, found by (set, index, view), and to probabilities: softmax of logits,
 * scores divided by their sums.
 *
 * @throws StageInputError where classes or rows differ
 */
export function stackPredictions(parts: readonly NamedPredictions[]): StackedPredictions {
  const [first] = parts;
  if (first === undefined) throw new StageInputError('no-predictions', 'no predictions were wired');
  const { rows, classNames } = first.predictions;
  const classes = classNames.length;
  const data = new Float32Array(parts.length * rows.count * classes);
  for (const [model, part] of parts.entries()) {
    requireSameClasses(first, part);
    const order = alignRows(first, part);
    const probabilities = probabilitiesOf(part.predictions);
    for (let row = 0; row < rows.count; row++) {
      const from = order[row]! * classes;
      data.set(probabilities.subarray(from, from + classes), (model * rows.count + row) * classes);
    }
  }
  return { rows, classNames, stack: { models: parts.length, rows: rows.count, classes, data } };
}

function requireSameClasses(first: NamedPredictions, other: NamedPredictions): void {
  const [wanted, found] = [first.predictions.classNames, other.predictions.classNames];
  if (wanted.length !== found.length || wanted.some((name, i) => name !== found[i]))
    throw new StageInputError(
      'classes-differ',
      `${other.input.from} predicts the classes ${found.join(', ')}, ${first.input.from} ${wanted.join(', ')}`,
    );
}

/** For every row of the first the position of the same row in the other. */
function alignRows(first: NamedPredictions, other: NamedPredictions): Int32Array {
  const [wanted, found] = [first.predictions.rows, other.predictions.rows];
  if (wanted.count !== found.count)
    throw new StageInputError(
      'rows-differ',
      `${other.input.from} predicts ${found.count} rows, ${first.input.from} ${wanted.count}. Join predictions of the same rows.`,
    );
  const positions = positionsAmong(wanted, found);
  const missing = positions.indexOf(-1);
  if (missing >= 0)
    throw new StageInputError(
      'rows-differ',
      `${other.input.from} does not predict row ${rowName(wanted, missing)}, which ${first.input.from} does. Join predictions of the same rows.`,
    );
  return positions;
}
