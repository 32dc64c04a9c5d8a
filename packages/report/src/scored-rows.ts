import { type Labels, positionsAmong, type Rows } from '@twoshot/artifact';
import { StageInputError } from '@twoshot/stage';

/** Rows that can be scored, and their true classes. */
export interface ScoredRows {
  /** [m] positions of the rows, ascending */
  readonly positions: readonly number[];
  /** [m] true class of each */
  readonly truth: readonly number[];
}

/**
 * Finds the rows of one set whose true class is known; none where no true class is known.
 *
 * @throws StageInputError `nothing-to-score` where true classes are known, but only of other rows
 */
export function scoredRows(rows: Rows, hidden: Labels, set: string): ScoredRows {
  const hiddenOf = positionsAmong(rows, hidden.rows);
  const positions = Array.from(hiddenOf.keys()).filter(
    (row) => rows.sets[rows.set[row]!] === set && hiddenOf[row] !== -1,
  );
  if (positions.length === 0 && hidden.rows.count > 0)
    throw new StageInputError(
      'nothing-to-score',
      `no row of set '${set}' has a known class; the predicted rows are of ${rows.sets.join(', ')}. Set the param \`set\` to one of these.`,
    );
  return { positions, truth: positions.map((row) => hidden.label[hiddenOf[row]!]!) };
}

/** True classes by the numbers of other class names; -1 where these lack the class. */
export function renumbered(
  truth: readonly number[],
  hiddenNames: readonly string[],
  classNames: readonly string[],
): number[] {
  const numberOf = hiddenNames.map((name) => classNames.indexOf(name));
  return truth.map((label) => numberOf[label]!);
}
