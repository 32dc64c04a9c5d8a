import {
  noneOfThese,
  positionsAmong,
  type Predictions,
  probabilitiesOf,
  readPredictions,
  rowName,
  type Rows,
} from '@twoshot/artifact';
import type { ModelStack } from '@twoshot/ensembling';
import { type InputArtifact, StageInputError } from '@twoshot/stage';

/** Predictions of several models for the same rows, in the order of the first. */
export interface StackedPredictions {
  readonly rows: Rows;
  readonly classNames: readonly string[];
  /** [models, rows, classes] probabilities */
  readonly stack: ModelStack;
}

/** One model's predictions, with their input; its name is read only for a message. */
interface NamedPredictions {
  readonly input: { readonly from: string };
  readonly predictions: Predictions;
}

/**
 * Reads predictions, aligns their rows by (set, index, view), and converts them to probabilities.
 *
 * @throws StageInputError where there are none, a value is not finite, classes or rows differ, or rows may be of no class
 */
export async function readStack(inputs: readonly InputArtifact[]): Promise<StackedPredictions> {
  const parts = await Promise.all(
    inputs.map(async (input) => ({ input, predictions: await readPredictions(input.path) })),
  );
  const [first] = parts;
  if (first === undefined) throw new StageInputError('no-predictions', 'no predictions were wired');
  const { rows, classNames } = first.predictions;
  const classes = classNames.length;
  const data = new Float32Array(parts.length * rows.count * classes);
  for (const [model, part] of parts.entries()) {
    requireSameClasses(first, part);
    requireFinitePredictions(part);
    requireClasses(part);
    const order = alignRows(first, part);
    const probabilities = probabilitiesOf(part.predictions);
    for (let row = 0; row < rows.count; row++) {
      const from = order[row]! * classes;
      data.set(probabilities.subarray(from, from + classes), (model * rows.count + row) * classes);
    }
  }
  return { rows, classNames, stack: { models: parts.length, rows: rows.count, classes, data } };
}

/** Throws a StageInputError that names the first row with a value that is not finite. */
export function requireFinitePredictions({ input, predictions: { rows, classNames, values } }: NamedPredictions): void {
  const broken = values.findIndex((value) => !Number.isFinite(value));
  if (broken < 0) return;
  const row = rowName(rows, Math.floor(broken / classNames.length));
  throw new StageInputError(
    'not-finite',
    `${input.from} predicts ${values[broken]} for row ${row}; expected finite numbers`,
  );
}

/** No way to join predictions says what becomes of rows that are of none of the classes. */
export function requireClasses({ input, predictions: { none } }: NamedPredictions): void {
  if (none === undefined) return;
  throw new StageInputError(
    'none-of-these',
    `${input.from} may answer '${noneOfThese}', which joined predictions cannot. Wire predictions without that answer.`,
  );
}

function requireSameClasses(first: NamedPredictions, other: NamedPredictions): void {
  const [wanted, found] = [first.predictions.classNames, other.predictions.classNames];
  if (wanted.length !== found.length || wanted.some((name, i) => name !== found[i]))
    throw new StageInputError(
      'classes-differ',
      `${other.input.from} predicts the classes ${found.join(', ')}, ${first.input.from} ${wanted.join(', ')}`,
    );
}

/** For each row of the first, the position of the same row in the other. */
function alignRows(first: NamedPredictions, other: NamedPredictions): Int32Array {
  const [wanted, found] = [first.predictions.rows, other.predictions.rows];
  if (wanted.count !== found.count)
    throw new StageInputError(
      'rows-differ',
      `${other.input.from} predicts ${found.count} rows, ${first.input.from} ${wanted.count}. Wire predictions for the same rows.`,
    );
  const positions = positionsAmong(wanted, found);
  const missing = positions.indexOf(-1);
  if (missing >= 0)
    throw new StageInputError(
      'rows-differ',
      `${other.input.from} does not predict row ${rowName(wanted, missing)}, which ${first.input.from} does. Wire predictions for the same rows.`,
    );
  return positions;
}
