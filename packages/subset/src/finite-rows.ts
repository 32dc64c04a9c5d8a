import { rowName, type Rows } from '@twoshot/artifact';
import type { Matrix } from '@twoshot/geometry';
import { StageInputError } from '@twoshot/stage';

/**
 * @param input artifact of the rows; its name is read only for a message, since reading it enters the key
 * @throws StageInputError that names the first row with a value that is not finite
 */
export function requireFiniteRows({ columns, data }: Matrix, rows: Rows, input: { readonly from: string }): void {
  const at = data.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  throw new StageInputError(
    'not-finite',
    `expected finite features, found ${data[at]} in column ${at % columns} of ${rowName(rows, Math.floor(at / columns))} of ${input.from}. Check the loss of the model that made them: its training may have diverged.`,
  );
}
