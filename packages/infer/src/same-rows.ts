import { rowName, type Rows } from '@twoshot/artifact';
import { StageInputError } from '@twoshot/stage';

/** Throws a StageInputError where two lists of rows differ; the message is built only then. */
export function requireSameRows(expected: Rows, found: Rows, message: () => string): void {
  if (expected.count !== found.count)
    throw new StageInputError('rows-differ', `${message()}: expected ${expected.count} rows, found ${found.count}`);
  for (let row = 0; row < expected.count; row++) {
    const [wanted, got] = [rowName(expected, row), rowName(found, row)];
    if (wanted !== got)
      throw new StageInputError('rows-differ', `${message()}: expected ${wanted} at position ${row}, found ${got}`);
  }
}
