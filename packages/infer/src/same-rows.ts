import type { Rows } from '@twoshot/artifact';
import { StageInputError } from '@twoshot/stage';

/** Throws a StageInputError with a message that is made only then where two lists of rows differ. */
export function requireSameRows(expected: Rows, found: Rows, message: () => string): void {
  if (expected.count !== found.count)
    throw new StageInputError('rows-differ', `${message()}: expected ${expected.count} rows, found ${found.count}`);
  for (let row = 0; row < expected.count; row++) {
    const [wanted, got] = [nameOf(expected, row), nameOf(found, row)];
    if (wanted !== got)
      throw new StageInputError('rows-differ', `${message()}: expected ${wanted} at position ${row}, found ${got}`);
  }
}

const nameOf = ({ sets, set, index, view }: Rows, row: number): string =>
  `${sets[set[row]!]} ${index[row]}${view === null ? '' : ` view ${view[row]}`}`;
