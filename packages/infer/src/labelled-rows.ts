import { labelledAmong, type LabelledRows, type Labels, type Rows } from '@twoshot/artifact';
import { StageInputError } from '@twoshot/stage';

/**
 * Finds the labelled rows among the reference rows; rows of other sets or with weight 0 are ignored.
 *
 * @param input artifact of the reference rows; its name is read only for a message, since reading it enters the key
 * @throws StageInputError where no labelled row is found, or a class has none, or there are fewer than two classes
 */
export function findLabelled(labels: Labels, reference: Rows, input: { readonly from: string }): LabelledRows {
  const { rows, classNames } = labels;
  if (classNames.length < 2)
    throw new StageInputError(
      'too-few-classes',
      `at least two classes are needed, the labels have ${classNames.length}`,
    );
  const known = labelledAmong(labels, reference);
  if (known.label.length === 0)
    throw new StageInputError(
      'no-labelled-row',
      `none of the ${rows.count} labelled rows (of ${list(rows.sets)}) is among the ${reference.count} rows of ${input.from} (of ${list(reference.sets)}). Wire features of the labelled set as reference.`,
    );
  if (known.missing.length > 0)
    throw new StageInputError(
      'class-without-labelled-row',
      `no row of ${input.from} is labelled ${list(known.missing)}; every class needs at least one`,
    );
  return known;
}

/**
 * Positions of the reference rows that are not labelled.
 *
 * @throws StageInputError where all are
 */
export function findUnlabelled(known: LabelledRows, reference: Rows, input: { readonly from: string }): Uint32Array {
  const labelled = new Set(known.position);
  const unlabelled = Uint32Array.from({ length: reference.count }, (_, row) => row).filter((row) => !labelled.has(row));
  if (unlabelled.length === 0)
    throw new StageInputError(
      'no-unlabelled-row',
      `all ${reference.count} rows of ${input.from} are labelled, but this method needs unlabelled rows. Wire more rows as reference.`,
    );
  return unlabelled;
}

const list = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ') || 'no set';
