import { type Labels, positionsAmong, type Rows } from '@twoshot/artifact';
import { StageInputError } from '@twoshot/stage';

/** The labelled rows among some reference rows. */
export interface LabelledRows {
  /** [labelled] positions among the reference rows */
  readonly position: Uint32Array;
  /** [labelled] */
  readonly label: Int32Array;
  /** [labelled] 0..1 */
  readonly weight: Float32Array;
}

/**
 * Finds the labelled rows among the reference rows; rows of other sets or with weight 0 are left out.
 *
 * @param input that the reference rows came from; its name is read only for a message, since reading it enters the key
 * @throws StageInputError where no labelled row is found, or a class has none, or there are fewer than two classes
 */
export function findLabelled(labels: Labels, reference: Rows, input: { readonly from: string }): LabelledRows {
  const { rows, classNames } = labels;
  if (classNames.length < 2)
    throw new StageInputError(
      'too-few-classes',
      `at least two classes are needed, the labels have ${classNames.length}`,
    );
  const positions = positionsAmong(rows, reference);
  const known: { position: number; label: number; weight: number }[] = [];
  for (let row = 0; row < rows.count; row++) {
    const position = positions[row]!;
    const weight = labels.weight[row]!;
    if (position >= 0 && weight > 0) known.push({ position, label: labels.label[row]!, weight });
  }
  if (known.length === 0)
    throw new StageInputError(
      'no-labelled-row',
      `none of the ${rows.count} labelled rows (of ${list(rows.sets)}) is among the ${reference.count} rows of ${input.from} (of ${list(reference.sets)}). Wire the features of the labelled set as reference.`,
    );
  const missing = classNames.filter((_, label) => !known.some((one) => one.label === label));
  if (missing.length > 0)
    throw new StageInputError(
      'class-without-labelled-row',
      `no row of ${input.from} is labelled ${list(missing)}; every class needs at least one`,
    );
  return {
    position: Uint32Array.from(known, (one) => one.position),
    label: Int32Array.from(known, (one) => one.label),
    weight: Float32Array.from(known, (one) => one.weight),
  };
}

const list = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ') || 'no set';
