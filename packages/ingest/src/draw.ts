import { createRandom } from '@twoshot/engine/random';
import { StageInputError } from '@twoshot/stage';

/** Which rows of a training file are for validation, which are labelled, and which are neither. */
export interface Choice {
  /** One row per class, ascending. */
  readonly validation: Uint32Array;
  /** `shots` rows per class, ascending. */
  readonly labelled: Uint32Array;
}

/**
 * Selects by `split` one row per class for validation, and by `draw` the labelled ones among the others. Another draw
 * does not change the validation rows; more shots add to the rows of fewer.
 *
 * @param label [rows] class of every row
 * @throws StageInputError `too-few-rows` where a class has fewer than `shots` + 1 rows
 */
export function chooseRows(
  label: Uint8Array,
  classNames: readonly string[],
  { split, draw, shots }: { readonly split: number; readonly draw: number; readonly shots: number },
): Choice {
  const validation: number[] = [];
  const labelled: number[] = [];
  for (const [at, name] of classNames.entries()) {
    const rows = Uint32Array.from(label.keys()).filter((row) => label[row] === at);
    if (rows.length < shots + 1) {
      const message = `of the first ${label.length} training images ${rows.length} show class ${name}: 1 is for validation and ${shots} are labelled; raise \`limit\` or lower \`shots\``;
      throw new StageInputError('too-few-rows', message);
    }
    const validating = shuffled(rows, 'split', split, at)[0];
    if (validating !== undefined) validation.push(validating);
    const others = shuffled(rows, 'draw', draw, at).filter((row) => row !== validating);
    labelled.push(...others.subarray(0, shots));
  }
  return { validation: Uint32Array.from(validation).sort(), labelled: Uint32Array.from(labelled).sort() };
}

function shuffled(rows: Uint32Array, purpose: string, seed: number, classNumber: number): Uint32Array {
  const order = Uint32Array.from(rows);
  createRandom(seed).fork(purpose).fork(classNumber).shuffle(order);
  return order;
}
